#!/bin/sh
# smoke.sh SELVAGE TRIGGERS RULES SHIPPED TESTS: the agent on the kernel that runs this. Needs root and busybox; made for
# scripts/vm, where nothing else happens. RULES are rules.yaml beside this, SHIPPED the rules that come with Selvage,
# TESTS the package's compiled tests. Ends with `N passed, N failed`; exit status 0 if none failed.
selvage=$1 triggers=$2 rules=$3 shipped=$4 tests=$5
passed=0 failed=0
work=$(mktemp -d)
cd "$work" || exit 125

check() { # NAME COMMAND...: passes when the command succeeds; what it prints is shown when it does not
  name=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $name"
  else
    failed=$((failed + 1))
    echo "NOT OK: $name"
    tail -n 40 "$work/said" | sed 's/^/    /'
  fi
}
within() { # SECONDS COMMAND...: the command succeeds before the time is over
  deadline=$(($(cut -d. -f1 /proc/uptime) + $1))
  shift
  until "$@"; do
    [ "$(cut -d. -f1 /proc/uptime)" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

echo "kernel $(uname -r)"
"$selvage" doctor
check "doctor works" "$selvage" doctor
doctor_json() {
  "$selvage" doctor --json >doctor.json || return 1
  cat doctor.json
  grep -qF "$(uname -r)" doctor.json
}
check "doctor --json names the kernel" doctor_json
check "the shipped rules compile" "$selvage" check "$shipped"

"$selvage" run --rules "$rules" --json alerts.json >run.log 2>&1 &
agent=$!
gone() { ! kill -0 "$agent" 2>/dev/null || grep -q '^State:.Z' "/proc/$agent/status"; }
alerted() { grep -qsF "\"Smoke $1\"" alerts.json; }
tells() { # NAME TRIGGER...: the trigger works, and in time the rule of that name fires
  within 60 seen_or_gone "$@" && alerted "$1" && return
  gone && echo "the agent has ended"
  cat run.log alerts.json 2>/dev/null
  return 1
}
# The first trigger is repeated: when it is seen, the agent is there. The others happen once.
seen_or_gone() { gone || alerted "$1" || { shift; "$@"; false; }; }
check "an exec from a memfd is told" tells memfd "$triggers" memfd
check "a socket listens" "$triggers" listen
check "a listening socket is told" tells listen true
check "a connect is refused" "$triggers" connect
check "a connect is told" tells connect true
quiet() { [ -s alerts.json ] && ! alerted never; }
check "what did not happen is not told" quiet
ends() {
  kill -TERM "$agent" && within 20 gone && wait "$agent" && return
  echo "status $?"
  cat run.log
  return 1
}
check "SIGTERM ends it with 0" ends

unprivileged() {
  chmod 755 "$work"
  su -s /bin/sh nobody -c "exec $selvage run --rules $rules"
  status=$?
  echo "status $status"
  [ "$status" = 2 ] || [ "$status" = 3 ]
}
check "without root it says so and ends with 2 or 3" unprivileged

# The tests that load the programs into this kernel. How much they can take is for a real processor to say: emulated,
# thousands of programs take minutes.
NO_COLOR=1 "$tests" --testing-library swift-testing --filter CaptureTests --skip thousandsOf >tests.log 2>&1
status=$?
grep -E 'failed|skipped|recorded an issue' tests.log | grep -v 'Test run with' | cut -c 1-500
ran=$(sed -n 's/.*Test run with \([0-9]*\) tests* .*/\1/p' tests.log | tail -n 1)
bad=$(grep -E 'Test .* failed after' tests.log | grep -cv 'Test run with')
tail -n 1 tests.log
passed=$((passed + ${ran:-0} - bad)) failed=$((failed + bad))
if [ "${ran:-0}" = 0 ] || { [ "$status" != 0 ] && [ "$bad" = 0 ]; }; then
  echo "NOT OK: the tests of Capture: status $status"
  tail -n 40 tests.log
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
