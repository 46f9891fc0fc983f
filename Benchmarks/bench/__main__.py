"""The benchmarks, one after another; see README.md."""

import argparse
import datetime
import json
import os
import pathlib
import sys

from . import agents, cost, delivery, latency, machine, many, recordings, replay, report, spool, tenants

PARTS = ("cost", "programs", "replay", "rules", "tenants", "traces", "start", "memory", "latency", "spool", "delivery")


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="What Selvage costs, measured.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (9)")
    parser.add_argument("--quick", action="store_true", help="few and short rounds, to try it; figures are noise")
    parser.add_argument("--trace", type=pathlib.Path, help="a recording to replay instead of the benchmark's own")
    parser.add_argument("--output", type=pathlib.Path, help="where the JSON goes (results/TIME.json)")
    options = parser.parse_args()
    parts = options.parts or PARTS
    unknown = set(parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}")
    if os.geteuid() != 0:
        parser.error("the agent needs root")

    rounds = 2 if options.quick else options.rounds
    scale = 0.1 if options.quick else 1
    result = {"machine": machine.description(), "rules": os.path.relpath(agents.rules(), machine.REPOSITORY), "rounds": rounds, "quick": options.quick}
    result["time"] = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    result["warnings"] = machine.warnings(result["machine"])
    if options.quick:
        result["warnings"].append("a quick run")
    for part in PARTS:
        if part in parts:
            # `rules` says already which ones the agent ran with.
            result["scale" if part == "rules" else part] = measure(part, rounds, scale, options)

    output = options.output or machine.HERE / "results" / f"{result['time'].replace(':', '')}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=1) + "\n")
    print(report.text(result))
    say(f"kept in {output}")
    return failures(result)


def failures(result):
    """What must hold on any machine, however noisy; each is said. Returns the exit status."""
    found = []
    for rules, figure in result.get("replay", {}).get("rules", {}).items():
        # Not none at all: a machine's longest command line yet, or its most processes yet, takes memory once.
        if figure["allocations_per_record"] >= 0.0005:
            found.append(f"with {rules} rules a record that fires nothing takes memory {figure['allocations_per_record']:.4f} times")
    for load, figures in result.get("scale", {}).get("loads", {}).items():
        for rules, figure in figures["rules"].items():
            # Shells' lines have many lengths: each of the thousands of processes that ended and are remembered may be
            # replaced by one with a longer line, once.
            if figure["allocations_per_record"] >= (0.0005 if load == "network" else 0.005):
                found.append(f"{load}, {rules} rules: a record takes memory {figure['allocations_per_record']:.4f} times")
    for name, figure in result.get("tenants", {}).get("policies", {}).items():
        if figure["allocations_per_record"] >= 0.0005:
            found.append(f"{name}: a record takes memory {figure['allocations_per_record']:.4f} times")
    long = result.get("traces", {}).get("long")
    # The reader, the writer and the engine keep what they took at the start; a tree of processes grows to its own bound.
    if long and long["long"]["resident_bytes"] > long["once"]["resident_bytes"] * 1.25:
        found.append(f"a long trace takes more memory: {long['long']['resident_bytes']:,} bytes, not {long['once']['resident_bytes']:,}")
    for when, figure in result.get("latency", {}).items():
        if figure["received"] < figure["events"]:
            found.append(f"{when}: {figure['events'] - figure['received']} alerts did not arrive")
    for line in found:
        say(f"FAILED: {line}")
    return 1 if found else 0


def measure(part, rounds, scale, options):
    if part == "cost":
        return cost.measure(rounds, scale, say)
    if part == "programs":
        return cost.program_times(min(3, rounds), scale, say)
    if part == "replay":
        return replay.measure(min(5, rounds), int(25000 * scale), options.trace, say)
    if part == "rules":
        return many.measure(min(5, rounds), say)
    if part == "tenants":
        return tenants.measure(min(5, rounds), int(tenants.WORKLOADS * scale), say)
    if part == "traces":
        return recordings.measure(
            min(5, rounds), int(25000 * scale), int(recordings.RECORDS * scale), say)
    if part == "start":
        return latency.start(min(5, rounds), say)
    if part == "memory":
        return latency.memory(1 if options.quick else 10, scale, say)
    if part == "spool":
        return spool.measure(min(5, rounds), int(100_000 * scale), int(1000 * scale), say)
    if part == "delivery":
        return delivery.measure(max(1, int(10 * scale)), say)
    events = int(3000 * scale)
    return {
        "gentle": latency.delays(events, 5000, False, say),
        "under load": latency.delays(events, 5000, True, say),
    }


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except machine.Failure as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
