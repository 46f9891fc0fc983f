"""(a) What an operation costs without an agent, with it, and with one that does nothing; (b) what each program runs."""

import contextlib
import pathlib

from . import agents, machine
from .stats import summary

# Operations a round: each about a third of a second on a machine of 2020s' make.
COUNTS = {
    "exec": 2500, "connect": 12000, "refused": 25000, "udp-same": 120000, "udp-new": 100000, "getppid": 2000000,
}
MODES = {"none": agents.none, "agent": agents.agent, "null": agents.null}


def measure(rounds, scale, say):
    """Interleaved rounds; which comes first turns with the round."""
    samples = {kind: {mode: [] for mode in MODES} for kind in COUNTS}
    told = []
    order = list(MODES)
    for number in range(rounds):
        say(f"cost: round {number + 1} of {rounds}")
        for mode in order[number % 3:] + order[:number % 3]:
            with MODES[mode]() as running:
                for kind, count in COUNTS.items():
                    samples[kind][mode].append(one(kind, int(count * scale), running))
            if mode == "agent":
                told.append(agents.totals(running.said))
    return {"operations": {kind: table(modes) for kind, modes in samples.items()}, "agent_runs": told}


def one(kind, count, running):
    before = machine.cpu_nanoseconds(running.pid) if running else 0
    wall, cpu = machine.load(kind, count)
    after = machine.cpu_nanoseconds(running.pid) if running else 0
    return {"wall": wall, "cpu": cpu, "agent": (after - before) / (count + count // 20 + 1)}


def table(modes):
    """Nanoseconds an operation, and ratios to the same round's baseline."""
    result = {}
    for mode, rows in modes.items():
        result[mode] = {key: summary([row[key] for row in rows]) for key in ("wall", "cpu", "agent")}
        if mode != "none":
            for key in ("wall", "cpu"):
                ratios = [row[key] / base[key] for row, base in zip(rows, modes["none"])]
                result[mode][f"{key}_ratio"] = summary(ratios)
    return result


@contextlib.contextmanager
def statistics():
    """The kernel counts the programs' runs and their time while this lasts."""
    switch = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")
    before = switch.read_text()
    switch.write_text("1")
    try:
        yield
    finally:
        switch.write_text(before)


def program_times(rounds, scale, say):
    """Nanoseconds a run of each program, by the load that makes it run."""
    result = {}
    for mode in ("agent", "null"):
        say(f"programs: {mode}")
        with MODES[mode]() as running, statistics():
            for kind, count in COUNTS.items():
                if kind == "getppid":
                    continue
                for _ in range(rounds):
                    before = runs(running.pid)
                    machine.load(kind, int(count * scale))
                    note(result.setdefault(mode, {}), kind, before, runs(running.pid), int(count * scale * 1.05) + 1)
    return {mode: finished(loads) for mode, loads in result.items()}


def runs(pid):
    return {program["name"]: program for program in machine.programs(pid)}


def note(loads, kind, before, after, operations):
    for name, program in after.items():
        count = program["runs"] - before[name]["runs"]
        if count * 100 < operations:  # the machine's own doings
            continue
        row = loads.setdefault(kind, {}).setdefault(name, {"ns": [], "runs": []})
        row["ns"].append((program["ns"] - before[name]["ns"]) / count)
        row["runs"].append(count / operations)


def finished(loads):
    return {
        kind: {
            name: {"ns": summary(row["ns"]), "runs_per_operation": summary(row["runs"])["median"]}
            for name, row in sorted(rows.items())
        }
        for kind, rows in loads.items()
    }
