"""From an event to its line in a real rsyslogd's file, by RELP, with a spool and without one."""

import contextlib
import datetime
import pathlib
import socket
import subprocess
import tempfile
import time

from . import agents, machine
from .latency import MARK
from .machine import LOAD_CPU, TINY, Failure
from .stats import percentile

RATES = (10, 100, 1000)


@contextlib.contextmanager
def rsyslog(folder):
    """Its port and its file: when a message came, when its event was."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file, conf = folder / "received", folder / "rsyslog.conf"
    conf.write_text(f"""
global(workDirectory="{folder}" maxMessageSize="64k")
main_queue(queue.type="direct")
module(load="imrelp")
template(name="times" type="string" string="%timegenerated:::date-rfc3339% %timereported:::date-rfc3339%\\n")
ruleset(name="received") {{ action(type="omfile" file="{file}" template="times") }}
input(type="imrelp" Address="127.0.0.1" port="{port}" ruleset="received")
""")
    command = ["taskset", "-c", str(LOAD_CPU), "/usr/sbin/rsyslogd", "-n", "-f", str(conf), "-i", str(folder / "pid")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: is_listening(port), "rsyslogd does not listen")
        yield port, file
    finally:
        process.terminate()
        process.wait()


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(condition, complaint, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(complaint)
        time.sleep(0.01)


def measure(seconds, say):
    """Milliseconds at each rate, `seconds` of it, in turn with and without the spool."""
    result = {}
    for rate in RATES:
        for name in ("without", "with"):
            say(f"delivery: {rate} alerts a second, {name} a spool")
            result.setdefault(name, {})[str(rate)] = delays(rate, max(100, rate * seconds), name == "with")
    return result


def delays(rate, events, has_spool):
    with tempfile.TemporaryDirectory(prefix="selvage-bench-", dir=machine.TOOLS) as directory:
        folder = pathlib.Path(directory)
        with rsyslog(folder) as (port, file):
            config = folder / "selvage.yaml"
            config.write_text(
                f"sinks: [{{syslog: {{to: 'relp://127.0.0.1:{port}'}}}}]\nrecord_socket: r\ncontrol_socket: c\n"
                + ("spool: {path: spool.db}\n" if has_spool else ""))
            with agents.agent("--config", str(config), policies=[MARK]):
                machine.tool("stamp", LOAD_CPU, events, 1_000_000 // rate, TINY)
                wait(lambda: file.exists() and file.read_bytes().count(b"\n") >= events, "not all alerts came")
        times = [[datetime.datetime.fromisoformat(word).timestamp() for word in line.split()] for line in file.open()]
    values = [(came - was) * 1000 for came, was in times]
    return {"events": events, "received": len(values), **{
        name: percentile(values, share) for name, share in (("median", 50), ("p99", 99), ("max", 100))}}
