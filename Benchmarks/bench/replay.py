"""(c) How fast recorded events go through the engine, and what memory each takes."""

import os
import re
import resource
import subprocess

from . import agents, rules, traces
from .machine import AGENT_CPU, TOOLS, Failure
from .stats import summary

RULES = (1, 20, 200)


def measure(rounds, iterations, trace, say):
    whole = traces.recorded(trace or TOOLS / "mixed.trace", iterations, say)
    half = traces.halved(whole)
    policies = {str(count): rules.policy(count) for count in RULES}
    times = {name: {half: [], whole: []} for name in policies}
    records = {}
    for number in range(rounds):
        say(f"replay: round {number + 1} of {rounds}")
        for name, policy in policies.items():
            for path in (half, whole):
                cpu, said = replay(path, policy)
                times[name][path].append(cpu)
                records[path], alerts = counts(said)
                if alerts:
                    raise Failure(f"{alerts} alerts where none was meant to be: {said.strip()}")
    extra = records[whole] - records[half]
    result = {"records": records[whole], "trace_bytes": whole.stat().st_size, "rules": {}}
    for name, policy in policies.items():
        marginal = [(b - a) / extra for a, b in zip(times[name][half], times[name][whole])]
        allocations = [mallocs(path, policy) for path in (half, whole)]
        result["rules"][name] = {
            "ns_per_record": summary(marginal),
            "ns_per_record_whole_run": summary([cpu / records[whole] for cpu in times[name][whole]]),
            "records_per_second": 1e9 / summary(marginal)["median"],
            "allocations": allocations,
            "allocations_per_record": (allocations[1] - allocations[0]) / extra,
        }
    return result


def replay(trace, policy, environment=None, tenants=None):
    """CPU time of a whole replay, nanoseconds, and what it said."""
    command = [agents.SELVAGE, "replay", trace, "--rules", policy, "--json", "/dev/null", *(["--tenants", tenants] if tenants else [])]
    before = children()
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, {AGENT_CPU}))
    cpu = children() - before
    if done.returncode != 0:
        raise Failure(f"replay: {done.stderr.strip()}")
    return cpu * 1e9, done.stderr


def children():
    """CPU seconds of all children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def counts(said):
    found = re.search(r"(\d+) records, (\d+) alerts", said)
    if not found:
        raise Failure(f"replay said: {said.strip()}")
    return int(found[1]), int(found[2])


def mallocs(trace, policy, tenants=None):
    """Calls that took memory, in a whole replay."""
    file = TOOLS / "mallocs.count"
    environment = dict(os.environ, LD_PRELOAD=str(TOOLS / "mallocs.so"), MALLOCS_FILE=str(file))
    replay(trace, policy, environment, tenants)
    return int(file.read_text())
