"""The figures for people."""

from .stats import duration


def spread(figure):
    return f"{duration(figure['median'])} ({duration(figure['quartiles'][0])} to {duration(figure['quartiles'][1])})"


def percent(ratio):
    low, high = ((quartile - 1) * 100 for quartile in ratio["quartiles"])
    return f"{(ratio['median'] - 1) * 100:+.1f} % ({low:+.1f} to {high:+.1f})"


def rows(title, head, lines):
    """A table in Markdown, its columns aligned."""
    table = [head, *lines]
    widths = [max(len(str(line[column])) for line in table) for column in range(len(head))]
    shown = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(line, widths)) + " |" for line in table]
    shown.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return [title, "", *shown, ""]


def cost(result):
    lines = []
    for kind, modes in result["operations"].items():
        agent, null = modes["agent"], modes["null"]
        lines.append([
            kind, spread(modes["none"]["wall"]), percent(agent["wall_ratio"]), percent(agent["cpu_ratio"]),
            percent(null["wall_ratio"]), duration(agent["agent"]["median"]), duration(null["agent"]["median"]),
        ])
    return rows(
        "Cost of an operation (median and quartiles of interleaved rounds; ratios to the baseline of the same round)",
        ["operation", "without", "agent", "agent, CPU time of the load", "null", "agent's CPU", "null's CPU"], lines)


def programs(result):
    lines = []
    for kind, found in result["agent"].items():
        for name, program in found.items():
            lines.append([kind, name, spread(program["ns"]), f"{program['runs_per_operation']:.2f}"])
        floor = result["null"].get(kind, {})
        if floor:
            total = sum(p["ns"]["median"] * p["runs_per_operation"] for p in found.values())
            least = sum(p["ns"]["median"] * p["runs_per_operation"] for p in floor.values())
            lines.append([kind, "all, an operation", f"{duration(total)}; null: {duration(least)}", ""])
    return rows("Programs (time of a run, the kernel's statistics)", ["load", "program", "a run", "runs an operation"], lines)


def replay(result):
    lines = [
        [
            name, f"{figure['records_per_second']:,.0f}", spread(figure["ns_per_record"]),
            f"{figure['allocations_per_record']:.3f}",
        ]
        for name, figure in result["rules"].items()
    ]
    return rows(
        f"Replay ({result['records']:,} records, one core, decompression included)",
        ["rules", "records a second", "a record", "allocations a record"], lines)


def tenants(result):
    lines = [
        [
            name, spread(figure["ns_per_record"]),
            f"{figure['ratio']['median']:.2f} ({figure['ratio']['quartiles'][0]:.2f} to {figure['ratio']['quartiles'][1]:.2f})",
            f"{figure['allocations_per_record']:.4f}", spread(figure["ns_per_workload"]), spread(figure["start_cpu_ns"]),
            f"{figure['start_resident_kib'] / 1024:.1f} MiB", f"{figure['resident_kib'] / 1024:.1f} MiB",
        ]
        for name, figure in result["policies"].items()
    ]
    return rows(
        f"{result['workloads']:,} workloads, {result['rules_each']} rules a tenant (replay; one core, decompression included)",
        ["policy", "a record", "ratio to 1 tenant", "allocations a record", "a workload that comes and goes",
         "CPU time to start", "memory then", "with the workloads"], lines)


def scale(result):
    lines = []
    for load, figures in result["loads"].items():
        for name, figure in figures["rules"].items():
            ratio = figure["ratio"]
            lines.append([
                load, f"{int(name):,}", spread(figure["ns_per_record"]), f"{figure['records_per_second']:,.0f}",
                f"{ratio['median']:.2f} ({ratio['quartiles'][0]:.2f} to {ratio['quartiles'][1]:.2f})",
                f"{figure['allocations_per_record']:.4f}",
            ])
    compiled = [
        [
            f"{int(name):,}", f"{figure['file_bytes'] / 1024:,.0f} KiB", spread(figure["cpu_ns"]),
            f"{figure['resident_kib'] / 1024:.1f} MiB",
        ]
        for name, figure in result["compile"].items()
    ]
    records = ", ".join(f"{figures['records']:,} of {load}" for load, figures in result["loads"].items())
    return [
        *rows(
            f"Rules, from few to many (replay of {records}; one core, decompression included)",
            ["records", "rules", "a record", "records a second", "ratio to 10 rules", "allocations a record"], lines), "",
        *rows(
            "From the rule file to the first record, the start of the program included",
            ["rules", "file", "CPU time", "resident memory at most"], compiled),
    ]


def recordings(result):
    times, count = result["ns_per_record"], result["records"]
    lines = [
        ["read, by trace info", *speed(times["read"]), percent(result["ratios"]["read"])],
        ["zstd -d of the same", *speed(times["zstd -d"]), ""],
        ["read and written", *speed(times["read and written"]), percent(result["ratios"]["read and written"])],
        ["zstd -d and zstd -3 of the same", *speed(times["zstd, both"]), ""],
    ]
    title = (
        f"Traces ({count:,} records, one core; {result['bytes']['trace'] / count:.1f} bytes a record on disk, "
        f"{result['bytes']['content'] / count:.1f} before compression)")
    long = [
        [f"{figure['records']:,}", f"{figure['bytes'] / 1e6:,.0f} MB", duration(figure["cpu_ns"]), f"{figure['resident_bytes'] / (1 << 20):.1f} MiB"]
        for figure in result["long"].values()
    ]
    return [
        *rows(title, ["", "records a second", "a record", "to zstd"], lines), "",
        *rows("Replay of a long trace, 20 rules", ["records", "trace", "CPU time", "most memory"], long)]


def speed(figure):
    return f"{1e9 / figure['median']:,.0f}", spread(figure)


def latency(result):
    lines = []
    for name, figure in result.items():
        for start, words in (("execve", "just before execve"), ("hook", "the hook")):
            at = figure.get(start)
            if at:
                lines.append([
                    name, f"from {words}", *(duration(at[key]) for key in ("min", "median", "p90", "p99", "max")),
                    f"{figure['received']} of {figure['events']}",
                ])
    return rows(
        "From an event to its datagram at the syslog socket",
        ["when", "", "least", "median", "90 %", "99 %", "most", "received"], lines)


def start_and_memory(result):
    lines = []
    if "start" in result:
        lines.append(["from the start to the first event seen", spread(result["start"]["first_event"])])
        lines.append(["from the start to its alert at the socket", spread(result["start"]["first_alert"])])
    if "memory" in result:
        lines.append(["CPU while nothing is done on purpose", f"{result['memory']['idle_cpu'] * 100:.2f} %"])
        for when, words in (("idle", "after 10 s of nothing"), ("loaded", "after a load")):
            figure = result["memory"][when]
            lines.append([
                f"resident memory {words}",
                f"{figure['VmRSS'] / 1024:.1f} MiB, of it {figure['RssAnon'] / 1024:.1f} its own; "
                f"at most {figure['VmHWM'] / 1024:.1f}",
            ])
    return rows("Start and memory", ["", ""], lines)


def spool(result):
    rate, delay = result["alerts_per_second"], result["latency_ns"]
    lines = [
        [
            name, f"{rate[key]['median']:,.0f} ({rate[key]['quartiles'][0]:,.0f} to {rate[key]['quartiles'][1]:,.0f})",
            duration(delay[key]["median"]), duration(delay[key]["99"]),
        ]
        for name, key in (("the spool", "spool"), ("INSERT of the JSON alone", "sqlite"))
    ]
    return rows(
        f"Spool ({result['alerts']:,} alerts of {result['json_bytes']:.0f} bytes of JSON, {result['alerts_per_commit']['median']:.0f} a "
        f"commit; {result['file_bytes']:.0f} bytes of file each; the spool does {result['ratio']['median']:.2f} of what SQLite alone does)",
        ["", "alerts a second, to disk", "one alone", "99th percentile"], lines)


def delivery(result):
    lines = [
        [rate, f"{name} a spool", *(f"{figure[key]:.1f} ms" for key in ("median", "p99", "max"))]
        for name, figures in result.items() for rate, figure in figures.items()
    ]
    return rows(
        "From an event to its line in rsyslogd's file, by RELP", ["alerts a second", "", "median", "99 %", "most"],
        sorted(lines, key=lambda line: int(line[0])))


def text(result):
    lines = []
    machine = result["machine"]
    lines += [
        f"selvage {machine['commit']}, kernel {machine['kernel']}, {machine['cpus']} CPUs ({machine['cpu']}), "
        f"rules {result['rules']}", "",
    ]
    lines += [f"DOUBTFUL: {warning}" for warning in result["warnings"]]
    for part, shown in (("cost", cost), ("programs", programs), ("replay", replay), ("scale", scale), ("tenants", tenants),
                        ("traces", recordings),
                        ("latency", latency), ("spool", spool), ("delivery", delivery)):
        if part in result:
            lines += ["", *shown(result[part])]
    if "start" in result or "memory" in result:
        lines += ["", *start_and_memory(result)]
    return "\n".join(lines)
