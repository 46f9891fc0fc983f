"""(h) How fast traces are written and read, what a record takes on disk, and what memory a long one takes to replay."""

import os
import struct
import subprocess

from . import agents, rules, traces
from .machine import AGENT_CPU, TOOLS, Failure
from .replay import counts
from .stats import summary

RECORDS = 10_000_000


def measure(rounds, iterations, records, say):
    whole = traces.recorded(TOOLS / "mixed.trace", iterations, say)
    frames, content, count = unpacked(whole)
    again = TOOLS / "again.trace"
    commands = {
        "read": [agents.SELVAGE, "trace", "info", whole],
        "read and written": [agents.SELVAGE, "trace", "convert", "-q", "--to", "trace", "--overwrite", whole, again],
        "zstd -d": ["zstd", "-q", "-d", "-c", "-T1", frames],
        "zstd -3": ["zstd", "-q", "-3", "-c", "-T1", "--single-thread", content],
    }
    times = {name: [] for name in commands}
    for number in range(rounds):
        say(f"traces: round {number + 1} of {rounds}")
        for name, command in commands.items():
            times[name].append(run(command)[0])
    times["zstd, both"] = [one + other for one, other in zip(times["zstd -d"], times["zstd -3"])]
    return {
        "records": count,
        "bytes": {"trace": whole.stat().st_size, "content": content.stat().st_size},
        "ns_per_record": {name: summary([cpu / count for cpu in found]) for name, found in times.items()},
        "ratios": {
            "read": summary([a / b for a, b in zip(times["read"], times["zstd -d"])]),
            "read and written": summary([a / b for a, b in zip(times["read and written"], times["zstd, both"])]),
        },
        "long": long_replay(whole, count, records, say),
    }


def run(command):
    """CPU time, nanoseconds, most memory, bytes, and what it said on standard error."""
    with subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {AGENT_CPU})) as process:
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{command[0]} {command[1]}: {said.strip()}")
    return (usage.ru_utime + usage.ru_stime) * 1e9, usage.ru_maxrss * 1024, said


def unpacked(trace):
    """The frames of a trace's blocks behind one another, what they hold, and how many records."""
    data = trace.read_bytes()
    frames, content = trace.with_suffix(".zst"), trace.with_suffix(".raw")
    count = 0
    with frames.open("wb") as file:
        for start, end in record_blocks(data, trace):
            file.write(data[start + struct.unpack_from("<H", data, start + 6)[0]:end])
    with content.open("wb") as file:
        subprocess.run(["zstd", "-q", "-d", "-c", frames], check=True, stdout=file)
    count, _ = counts(run([agents.SELVAGE, "replay", trace, "--rules", rules.policy(1), "--json", "/dev/null"])[2])
    return frames, content, count


def record_blocks(data, path):
    ends = traces.blocks(data, path)
    return [(a, b) for a, b in zip(ends, ends[1:]) if struct.unpack_from("<H", data, a + 4)[0] == 1]


def long_replay(whole, count, records, say):
    """Replays the trace itself, and one of many copies of it, whose numbers go on."""
    long = TOOLS / "long.trace"
    copy = TOOLS / "copy.trace"
    say(f"traces: making one of {records:,} records")
    first = 1_000_000
    with long.open("wb") as file:
        for number in range(-(-records // count)):
            run([agents.SELVAGE, "trace", "convert", "-q", "--to", "trace", "--overwrite", "--first-number", first, whole, copy])
            data = copy.read_bytes()
            parts = record_blocks(data, copy)
            if not number:
                file.write(data[:parts[0][0]])
            for start, end in parts:
                file.write(data[start:end])
            # More than the numbers of a copy, gaps included.
            first += 1 << 32
    found = {}
    for name, path in (("once", whole), ("long", long)):
        say(f"traces: replaying {name}")
        cpu, memory, said = run([agents.SELVAGE, "replay", path, "--rules", rules.policy(20), "--json", "/dev/null"])
        found[name] = {"records": counts(said)[0], "bytes": path.stat().st_size, "cpu_ns": cpu, "resident_bytes": memory}
    long.unlink()
    copy.unlink()
    return found
