"""Medians and spreads."""

import statistics


def summary(values):
    """Median, quartiles and range of some figures."""
    values = sorted(values)
    low, high = (values[0], values[-1])
    if len(values) >= 4:
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return {
        "median": statistics.median(values),
        "quartiles": [low, high],
        "range": [values[0], values[-1]],
        "n": len(values),
    }


def percentile(values, percent):
    """The value that `percent` of the values do not pass (nearest rank)."""
    values = sorted(values)
    return values[max(0, min(len(values) - 1, -(-len(values) * percent // 100) - 1))]


def duration(nanoseconds):
    """For people."""
    if abs(nanoseconds) < 1_000:
        return f"{nanoseconds:.0f} ns"
    if abs(nanoseconds) < 1_000_000:
        return f"{nanoseconds / 1e3:.3g} µs" if abs(nanoseconds) < 100_000 else f"{nanoseconds / 1e3:.0f} µs"
    if abs(nanoseconds) < 1_000_000_000:
        return f"{nanoseconds / 1e6:.3g} ms"
    return f"{nanoseconds / 1e9:.3g} s"
