"""Recorded traces."""

import os
import pathlib
import struct
import subprocess

from . import agents, machine
from .machine import TOOLS, Failure

# docs/trace-format.md: the sizes of the file's header, and of a block's, stand in them.
FILE_MAGIC = b"\x89SELVTR\n"
BLOCK_MAGIC = 0x4B425653


def recorded(path, iterations, say):
    """Records the mixed load, once; a trace that is there is used again."""
    return made(path, f"{iterations} rounds of the mixed load", lambda: machine.load("mixed", iterations), say)


# What people and their scripts do, as far as a bare machine has it: command lines and chains of shells of real length.
SESSION = """
for round in $(seq {rounds}); do
  ls -la --color=never /usr/lib /usr/share >/dev/null
  find /etc -maxdepth 1 -name '*.conf' -newer /etc/passwd -print0 | xargs -0 -r sha256sum | sort | head -n 3 >/dev/null
  bash -c "cat /etc/hosts /etc/resolv.conf 2>/dev/null | grep -v '^#' | sed -e 's/[[:space:]]*$//' | awk '{{print \\$1}}' | sort -u" >/dev/null
  sh -c "bash -c 'for i in 1 2 3; do stat -c %U:%G:%a:%n /usr/bin/env; done | uniq -c' | tr a-z A-Z | cut -c1-40" >/dev/null
  env LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin date --utc --iso-8601=seconds -d '1 day ago' >/dev/null
  bash -c 'exec 3<>/dev/tcp/127.0.0.1/1' 2>/dev/null
  bash -c 'echo status >/dev/udp/127.0.0.1/9' 2>/dev/null
  git --no-pager -C /tmp log --oneline --max-count=20 --author=nobody@example.org >/dev/null 2>&1 || true
done
"""


def session(path, rounds, say):
    """Records shells at work, once."""
    return made(path, f"{rounds} rounds of shells at work", lambda: subprocess.run(
        ["bash", "-c", SESSION.format(rounds=rounds)], check=True, stdin=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {machine.LOAD_CPU})), say)


def made(path, what, work, say):
    if path.exists():
        return path
    say(f"replay: recording {what} into {path}")
    part = path.with_suffix(".part")
    running = agents.Running(
        [agents.SELVAGE, "record", "-o", part, "--overwrite"], "Recording")
    # The recorder has its own CPU; what it can't keep up with it would say.
    work()
    said = running.stop()
    if "lost" in said:
        raise Failure(f"the recording is not whole: {said.strip()}")
    part.rename(path)
    return path


def blocks(data, path):
    """Where each block of a trace ends, the file's header first."""
    if not data.startswith(FILE_MAGIC):
        raise Failure(f"{path}: not a trace")
    ends = [struct.unpack_from("<H", data, 10)[0]]
    while ends[-1] < len(data):
        magic, _, header, payload = struct.unpack_from("<IHHI", data, ends[-1])
        if magic != BLOCK_MAGIC:
            raise Failure(f"{path}: no block at byte {ends[-1]}")
        ends.append(ends[-1] + header + payload)
    return ends


def halved(path):
    """The first half of a trace's blocks, as a trace of its own; blocks stand for themselves."""
    data = path.read_bytes()
    ends = blocks(data, path)
    if len(ends) < 5:
        raise Failure(f"{path}: {len(ends) - 1} blocks are too few to be halved")
    half = path.with_suffix(".half.trace")
    half.write_bytes(data[: ends[len(ends) // 2]])
    return half


def beginning(path):
    """The first block alone: what a replay takes before it gets to its records, the rules' compilation."""
    data = path.read_bytes()
    first = path.with_suffix(".first.trace")
    first.write_bytes(data[: blocks(data, path)[1]])
    return first
