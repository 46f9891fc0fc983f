"""(d) Memory, and from the start to the first event; (e) from an event to the datagram at the syslog socket."""

import contextlib
import pathlib
import signal
import subprocess
import tempfile
import time

from . import agents, machine
from .machine import HERE, LOAD_CPU, TINY, TOOLS, Failure
from .stats import percentile, summary

MARK = str(HERE / "rules" / "mark.yaml")


class Receiver:
    """`receive` at a socket of its own, on the load's CPU."""

    def __init__(self, directory, count, seconds):
        self.path = str(pathlib.Path(directory) / "log")
        self.process = subprocess.Popen(
            ["taskset", "-c", str(LOAD_CPU), str(TOOLS / "receive"), self.path, str(count), str(seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise Failure(f"receive: {self.process.stderr.read()}")

    def rows(self):
        """What came, when all has come: executed, hooked, sent, read."""
        output, others = self.process.communicate()
        rows = [[int(word) for word in line.split()] for line in output.splitlines()]
        return rows, int(others or 0)


@contextlib.contextmanager
def background(*command):
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def delays(events, interval, busy, say):
    """Microseconds from just before execve, and from the hook, to the datagram in the socket's queue."""
    say(f"latency: {events} events, one each {interval} µs{', under load' if busy else ''}")
    with tempfile.TemporaryDirectory(prefix="selvage-bench-") as directory:
        receiver = Receiver(directory, events, events * interval // 1_000_000 + 30)
        with agents.agent("--syslog", receiver.path, policies=[agents.rules(), MARK]):
            load = ("load", LOAD_CPU, "mixed", 1 << 30, TINY)
            context = background(TOOLS / load[0], *load[1:]) if busy else contextlib.nullcontext()
            with context:
                machine.tool("stamp", LOAD_CPU, events, interval, TINY)
                rows, others = receiver.rows()
    result = {"events": events, "received": len(rows), "other_messages": others, "interval_us": interval}
    for name, start, end in (("execve", 0, 2), ("hook", 1, 2), ("execve_to_reader", 0, 3)):
        values = [(row[end] - row[start]) for row in rows]
        if values:
            result[name] = {
                "median": percentile(values, 50), "p90": percentile(values, 90), "p99": percentile(values, 99),
                "max": max(values), "min": min(values),
            }
    return result


def start(rounds, say):
    """From the agent's start to the first event it sees, and to its alert in the socket, nanoseconds."""
    say("start to first event")
    seen, told = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="selvage-bench-") as directory:
            receiver = Receiver(directory, 1, 60)
            with background(TOOLS / "stamp", LOAD_CPU, 0, 1000, TINY):
                with agents.agent("--syslog", receiver.path, policies=[agents.rules(), MARK]) as running:
                    rows, _ = receiver.rows()
        if not rows:
            raise Failure("no event was seen")
        seen.append(rows[0][1] - running.started)
        told.append(rows[0][2] - running.started)
    return {"first_event": summary(seen), "first_alert": summary(told)}


def memory(idle_seconds, scale, say):
    """Resident memory after some seconds of nothing, and after a load."""
    say(f"memory: {idle_seconds} s of nothing, then a load")
    with agents.agent() as running:
        before = machine.cpu_nanoseconds(running.pid)
        time.sleep(idle_seconds)
        idle = machine.memory(running.pid)
        idle_cpu = (machine.cpu_nanoseconds(running.pid) - before) / idle_seconds / 1e9
        machine.load("mixed", int(4000 * scale))
        machine.load("exec", int(20000 * scale))
        machine.load("connect", int(50000 * scale))
        loaded = machine.memory(running.pid)
    return {"idle": idle, "loaded": loaded, "unit": "KiB", "idle_cpu": idle_cpu, **agents.totals(running.said)}
