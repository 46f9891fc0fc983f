"""(d) How what a record costs grows with the number of rules."""

import os
import subprocess

from . import agents, replay, rules, traces
from .machine import AGENT_CPU, TOOLS, Failure
from .stats import summary

COUNTS = (10, 100, 1000, 10000)


def measure(rounds, say):
    loads = {
        "network": traces.recorded(TOOLS / "mixed.trace", 25000, say),
        "shells": traces.session(TOOLS / "session.trace", 3000, say),
    }
    policies = {str(count): rules.policy(count) for count in COUNTS}
    result = {"compile": {}, "loads": {}}
    first = traces.beginning(loads["network"])
    for name, policy in policies.items():
        result["compile"][name] = compilation(first, policy, rounds)
    for load, whole in loads.items():
        result["loads"][load] = one(load, whole, policies, rounds, say)
    return result


def one(load, whole, policies, rounds, say):
    half = traces.halved(whole)
    times = {name: [] for name in policies}
    records = {}
    for number in range(rounds):
        say(f"rules: {load}, round {number + 1} of {rounds}")
        for name, policy in policies.items():
            cpu = {}
            for path in (half, whole):
                cpu[path], said = replay.replay(path, policy)
                records[path], alerts = replay.counts(said)
                if alerts:
                    raise Failure(f"{alerts} alerts where none was meant to be: {said.strip()}")
            times[name].append((cpu[whole] - cpu[half]) / (records[whole] - records[half]))
    figures = {}
    for name, policy in policies.items():
        allocations = [replay.mallocs(path, policy) for path in (half, whole)]
        figures[name] = {
            "ns_per_record": summary(times[name]),
            "records_per_second": 1e9 / summary(times[name])["median"],
            "ratio": summary([own / least for own, least in zip(times[name], times[str(COUNTS[0])])]),
            "allocations_per_record": (allocations[1] - allocations[0]) / (records[whole] - records[half]),
        }
    return {"records": records[whole], "rules": figures}


def compilation(first, policy, rounds, tenants=None):
    """From the rule file to the first record: CPU time, and the most memory that it took."""
    times, memory = [], []
    for _ in range(rounds):
        command = [agents.SELVAGE, "replay", first, "--rules", policy, "--json", "/dev/null"]
        command += ["--tenants", tenants] if tenants else []
        running = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {AGENT_CPU}))
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode != 0:
            raise Failure(f"replay of {policy}: status {running.returncode}")
        times.append((usage.ru_utime + usage.ru_stime) * 1e9)
        memory.append(usage.ru_maxrss)
    return {"cpu_ns": summary(times), "resident_kib": max(memory), "file_bytes": policy.stat().st_size}
