"""How many alerts a second reach the disk through the spool, beside SQLite alone; how long one takes; what it takes there."""

import json
import os
import pathlib
import subprocess
import tempfile

from .machine import REPOSITORY, TOOLS, Failure
from .stats import percentile, summary

TRIALS = REPOSITORY / ".build" / "release" / "SpoolTrials"


def measure(rounds, alerts, single, say):
    rates, latencies = {"spool": [], "sqlite": []}, {"spool": [], "sqlite": []}
    ratios, groups = [], []
    for number in range(rounds):
        say(f"spool: round {number + 1} of {rounds}")
        # In turning order: one leaves the disk as the other finds it.
        spool = trial("rate", alerts)
        group = max(1, round(alerts / spool["commits"]))
        sqlite = trial("insert", alerts, group)
        if number % 2:
            spool = trial("rate", alerts)
        rates["spool"].append(alerts / spool["seconds"])
        rates["sqlite"].append(alerts / sqlite["total"])
        ratios.append(sqlite["total"] / spool["seconds"])
        groups.append(group)
        if spool["committed"] != alerts:
            raise Failure(f"{alerts - spool['committed']} alerts are not on disk")
        latencies["spool"] += trial("latency", single)["seconds"]
        latencies["sqlite"] += trial("insert", single, 1)["seconds"]
    return {
        "alerts": alerts,
        "alerts_per_second": {name: summary(values) for name, values in rates.items()},
        "ratio": summary(ratios),
        "alerts_per_commit": summary(groups),
        "json_bytes": spool["json_bytes"] / alerts,
        "file_bytes": spool["file_bytes"] / alerts,
        "latency_ns": {
            name: {"median": percentile(values, 50) * 1e9, "99": percentile(values, 99) * 1e9} for name, values in latencies.items()
        },
    }


def trial(mode, *arguments):
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        command = [str(TRIALS), mode, str(pathlib.Path(folder) / "spool.db"), *map(str, arguments)]
        os.sync()
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {done.stdout.strip()} {done.stderr.strip()}")
        return json.loads(done.stdout)
