"""(e) What many workloads and many tenants with rules of their own cost."""

import json
import subprocess

from . import agents, many, replay, rules, traces
from .machine import TOOLS, Failure
from .stats import summary

WORKLOADS = 10_000
TENANTS = 1000
RULES = 20
# Of workloads that come, do one thing, and go.
SHORT = 60_000

ROOT = 1
BASE = 1_000_000  # cgroup ids of the made workloads begin above those of the recording


def measure(rounds, workloads, say):
    mixed = traces.recorded(TOOLS / "mixed.trace", 25000, say)
    load = spread(mixed, workloads, say)
    short = passing(workloads * SHORT // WORKLOADS, say)
    policies = {
        "no tenants": (rules.policy(RULES), None),
        "1 tenant": (nothing(), tenancy(1)),
        f"{TENANTS:,} tenants": (nothing(), tenancy(TENANTS)),
    }
    half = traces.halved(load)
    short_half = traces.halved(short)
    first = traces.beginning(mixed)
    times = {name: [] for name in policies}
    classify = {name: [] for name in policies}
    allocations = {}
    result = {"workloads": workloads, "rules_each": RULES, "policies": {}}
    for number in range(rounds):
        say(f"tenants: round {number + 1} of {rounds}")
        for name, (policy, tenants) in policies.items():
            times[name].append(marginal(half, load, policy, tenants))
            classify[name].append(marginal(short_half, short, policy, tenants) * RECORDS_EACH)
    for name, (policy, tenants) in policies.items():
        allocations[name] = [replay.mallocs(path, policy, tenants) for path in (half, load)]
        compiled = many.compilation(first, policy, rounds, tenants)
        whole = many.compilation(load, policy, 1, tenants)
        result["policies"][name] = {
            "ns_per_record": summary(times[name]),
            "ratio": summary([own / least for own, least in zip(times[name], times["1 tenant"])]),
            "ns_per_workload": summary(classify[name]),
            "allocations_per_record": (allocations[name][1] - allocations[name][0]) / difference(half, load, policy, tenants),
            "start_cpu_ns": compiled["cpu_ns"],
            "start_resident_kib": compiled["resident_kib"],
            "resident_kib": whole["resident_kib"],
        }
    return result


RECORDED = {}


def marginal(half, whole, policy, tenants):
    cpu = {}
    for path in (half, whole):
        cpu[path], said = replay.replay(path, policy, tenants=tenants)
        RECORDED[path], alerts = replay.counts(said)
        if alerts:
            raise Failure(f"{alerts} alerts where none was meant to be: {said.strip()}")
    return (cpu[whole] - cpu[half]) / (RECORDED[whole] - RECORDED[half])


def difference(half, whole, policy, tenants):
    return RECORDED[whole] - RECORDED[half]


def nothing():
    """A site rule that holds for all and fires for none: rules are the tenants'."""
    path = TOOLS / "site.yaml"
    path.write_text(
        "- rule: Site\n  desc: generated\n  condition: evt.type = execve and proc.name = singularity0\n"
        "  output: x\n  priority: Notice\n")
    return path


def tenancy(count):
    """tenants.yaml with `count` tenants, each with rules of its own; all workloads are theirs."""
    folder = TOOLS / f"tenants-{count}"
    folder.mkdir(exist_ok=True)
    lines = ["tenants:"]
    for number in range(count):
        match = "workload.kind = container" if count == 1 else f'k8s.ns.project = "c-m-bench:p-{number:05}"'
        lines += [f"- tenant: t{number}", "  desc: generated", f"  match: {match}"]
        own = folder / "tenants" / f"t{number}"
        own.mkdir(parents=True, exist_ok=True)
        (own / "rules.yaml").write_text(rules.text(range(number * RULES, (number + 1) * RULES)))
    path = folder / "tenants.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def cgroup(identifier, parent, level, name):
    return {"kind": "cgroup", "cgroup_id": identifier, "parent_id": parent, "level": level, "flags": ["found"], "name": name}


def workload(number):
    """A container of a pod, with what the runtime and the API server would say of it."""
    pod, container = BASE + 2 * number, BASE + 2 * number + 1
    uid = f"{number:08x}-0000-4000-8000-{number:012x}"
    yield cgroup(pod, 3, 3, f"pod{uid}")
    yield cgroup(container, pod, 4, f"{number:064x}")
    yield {"kind": "facts", "cgroup_id": pod, "source": "kubernetes", "identity": "known", "pairs": [
        "k8s.ns.project", f"c-m-bench:p-{number % TENANTS:05}", "k8s.ns.label[team]", f"team{number % 50}"]}
    yield {"kind": "facts", "cgroup_id": container, "source": "cri", "identity": "known", "pairs": [
        "container.name", f"app{number}", "container.image.repository", "registry.example/app", "container.privileged", "false",
        "k8s.pod.name", f"app-{number}", "k8s.ns.name", f"ns{number % TENANTS}"]}


def slices():
    yield cgroup(ROOT, 0, 0, "")
    yield cgroup(2, ROOT, 1, "kubepods")
    yield cgroup(3, 2, 2, "burstable")


def spread(mixed, workloads, say):
    """The recording with its processes spread over workloads."""
    def lines(source):
        for index, line in enumerate(source):
            record = json.loads(line)
            if index == 0:
                yield record
                for context in (*slices(), *(one for number in range(workloads) for one in workload(number))):
                    yield dict(context, time_ns=record["time_ns"])
                continue
            if record.get("pid"):
                record["cgroup_id"] = BASE + 2 * (record["pid"] * 2654435761 % (1 << 32) % workloads) + 1
            yield record
    return rewritten(mixed, TOOLS / f"spread-{workloads}.trace", lines, f"{workloads:,} workloads", say)


RECORDS_EACH = 8


def passing(count, say):
    """Workloads that are made, run one program each, and go."""
    def lines(_):
        yield {"kind": "stream", "time_ns": 10 ** 9, "node": "bench", "boot_id": "bench"}
        yield from slices()
        for number in range(count):
            yield from workload(number)
            container = BASE + 2 * number + 1
            pid, start = 1000 + number, 2 * 10 ** 9 + number
            yield {"kind": "exec", "pid": pid, "start_ns": start, "cgroup_id": container, "exe": "/bin/true", "args": ["true"]}
            yield {"kind": "exit", "pid": pid, "start_ns": start, "cgroup_id": container}
            yield {"kind": "cgroup_end", "cgroup_id": container, "parent_id": container - 1, "level": 4}
            yield {"kind": "cgroup_end", "cgroup_id": container - 1, "parent_id": 3, "level": 3}
    return rewritten(None, TOOLS / f"passing-{count}.trace", lines, f"{count:,} short workloads", say)


def rewritten(source, path, lines, what, say):
    """A trace made of lines of JSON, once; numbered anew."""
    if path.exists():
        return path
    say(f"tenants: making a trace of {what}")
    text = path.with_suffix(".jsonl")
    before = []
    if source:
        old = path.with_suffix(".old.jsonl")
        convert(source, old)
        before = old.open()
    with text.open("w") as out:
        for number, record in enumerate(lines(before)):
            out.write(json.dumps(dict(record, number=number + 1)) + "\n")
    convert(text, path)
    text.unlink()
    if source:
        old.unlink()
    return path


def convert(source, target):
    done = subprocess.run(
        [agents.SELVAGE, "trace", "convert", source, target, "--overwrite"], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"converting {source}: {done.stderr.strip()}")
