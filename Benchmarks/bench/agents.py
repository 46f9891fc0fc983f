"""What is measured: nothing, the agent, and the least that an agent at the same hooks can do."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time

from . import machine
from .machine import AGENT_CPU, HERE, REPOSITORY, TOOLS, Failure

SELVAGE = REPOSITORY / ".build" / "release" / "selvage"


def rules():
    """The shipped rules, or the sample where there are none."""
    shipped = REPOSITORY / "rules"
    return str(shipped if shipped.is_dir() else HERE / "rules" / "sample.yaml")


class Running:
    """A program at work, on the agent's CPU."""

    def __init__(self, command, ready, **options):
        self.command = [str(part) for part in command]
        self.output = tempfile.TemporaryFile("w+")
        self.started = time.clock_gettime_ns(time.CLOCK_REALTIME)
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, {AGENT_CPU}), **options)
        self.pid = self.process.pid
        if ready:
            self.await_text(ready)

    def text(self):
        with open(self.output.fileno(), closefd=False) as file:
            file.seek(0)
            return file.read()

    def await_text(self, wanted, seconds=60):
        """Waits until the program has said so."""
        deadline = time.monotonic() + seconds
        while not re.search(wanted, os.pread(self.output.fileno(), 1 << 16, 0).decode(errors="replace")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = os.pread(self.output.fileno(), 1 << 16, 0).decode(errors="replace")
                self.process.kill()
                raise Failure(f"{' '.join(self.command)} did not get to \"{wanted}\":\n{said}")
            time.sleep(0.005)

    def stop(self):
        """Ends it as an operator would; returns all that it said."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure(f"{' '.join(self.command)} did not end") from None
        return os.pread(self.output.fileno(), 1 << 20, 0).decode(errors="replace")


@contextlib.contextmanager
def none():
    yield None


@contextlib.contextmanager
def agent(*options, policies=None):
    """`selvage run` with the given rule files, watching."""
    policy = [word for path in policies or [rules()] for word in ("--rules", path)]
    sinks = options or ("--json", "/dev/null")
    running = Running([SELVAGE, "run", "--all", *policy, *sinks], "Watching")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.said = running.stop()


@contextlib.contextmanager
def null():
    """The programs that do nothing, and their reader."""
    running = Running([TOOLS / "null", TOOLS / "null.bpf.o", machine.cgroup_root()], "ready")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.said = running.stop()


def totals(said):
    """What the agent told at its end: records and alerts."""
    found = re.search(r"(\d+) records from the kernel, (\d+) alerts", said)
    return {"records": int(found[1]), "alerts": int(found[2])} if found else {}
