"""The machine, and the programs that the benchmarks run on it."""

import json
import os
import pathlib
import platform
import subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent
TOOLS = HERE / ".build"
REPOSITORY = HERE.parent
TINY = str(TOOLS / "tiny")

CPUS = sorted(os.sched_getaffinity(0))
LOAD_CPU = CPUS[0]
AGENT_CPU = CPUS[-1]


class Failure(Exception):
    """Something did not work as the benchmark needs it; the text is for people."""


def tool(name, *arguments, **options):
    """Runs one of the C programs to its end; returns what it printed."""
    command = [str(TOOLS / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip() or f'status {done.returncode}'}")
    return done.stdout


def load(kind, count):
    """Does `count` operations; returns nanoseconds of each, by the clock and of CPU time."""
    result = json.loads(tool("load", LOAD_CPU, kind, count, TINY))
    return result["wall_ns"] / result["count"], result["cpu_ns"] / result["count"]


def programs(pid=None):
    """The BPF programs that a process holds, or all of the machine's."""
    lines = tool("progstats", *([pid] if pid else [])).splitlines()
    return [json.loads(line) for line in lines]


def cgroup_root():
    """Where the cgroup2 hierarchy is mounted."""
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        if line.split()[2] == "cgroup2":
            return line.split()[1]
    raise Failure("no cgroup2 hierarchy is mounted")


def cpu_nanoseconds(pid):
    """CPU time of a process's threads so far, by the scheduler's own clock."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total


def memory(pid):
    """Resident memory, KiB, by kind."""
    wanted = ("VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem")
    status = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in wanted:
            status[name] = int(value.split()[0])
    return status


def description():
    """What a reader must know to compare two runs."""
    model = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    commit = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty"], capture_output=True, text=True
    ).stdout.strip()
    return {
        "kernel": platform.release(),
        "cpu": model,
        "cpus": len(CPUS),
        "commit": commit,
        "load_before": os.getloadavg()[0],
        "bpf_programs_before": len(programs()),
    }


def warnings(machine):
    """What makes figures doubtful."""
    found = []
    if machine["cpus"] < 2:
        found.append("one CPU only: the agent competes with the load that it is measured on")
    if machine["load_before"] > 0.5:
        found.append(f"the machine was busy before the start (load average {machine['load_before']:.2f})")
    if machine["bpf_programs_before"]:
        found.append(f"{machine['bpf_programs_before']} BPF programs of others are loaded, and may add to the baseline")
    return found
