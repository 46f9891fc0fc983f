"""Recorded traces, and rules that match none of them."""

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
    if path.exists():
        return path
    say(f"replay: recording {iterations} rounds of the mixed load into {path}")
    part = path.with_suffix(".part")
    running = agents.Running(
        [agents.SELVAGE, "record", "-o", part, "--overwrite"], "Recording")
    # The recorder has its own CPU; what it can't keep up with it would say.
    machine.load("mixed", iterations)
    said = running.stop()
    if "lost" in said:
        raise Failure(f"the recording is not whole: {said.strip()}")
    part.rename(path)
    return path


def halved(path):
    """The first half of a trace's blocks, as a trace of its own; blocks stand for themselves."""
    data = path.read_bytes()
    if not data.startswith(FILE_MAGIC):
        raise Failure(f"{path}: not a trace")
    ends = [struct.unpack_from("<H", data, 10)[0]]
    while ends[-1] < len(data):
        magic, _, header, payload = struct.unpack_from("<IHHI", data, ends[-1])
        if magic != BLOCK_MAGIC:
            raise Failure(f"{path}: no block at byte {ends[-1]}")
        ends.append(ends[-1] + header + payload)
    if len(ends) < 5:
        raise Failure(f"{path}: {len(ends) - 1} blocks are too few to be halved")
    half = path.with_suffix(".half.trace")
    half.write_bytes(data[: ends[len(ends) // 2]])
    return half


TEMPLATES = [
    "evt.type in (execve, execveat) and proc.name in (quasar{n}, pulsar{n}, blazar{n}) and not proc.pname = dock{n}",
    "evt.type = execve and proc.exepath startswith /srv/area{n}/ and user.uid >= 1000",
    "evt.type = connect and fd.sport in ({p}, {q}) and not proc.name = relay{n}",
    "evt.type = execve and proc.args contains nebula-{n} and proc.aname = foreman{n}",
    "evt.type in (connect, connected) and fd.snet in (10.{o}.0.0/16, 192.0.2.{o}) and proc.exepath endswith /agent{n}",
    "evt.type = execve and proc.cmdline glob '*--token{n}=*' and not proc.cwd startswith /home/ops{n}",
    "evt.type in (accept, listen) and fd.sport = {p} and user.ruid != 0",
    "evt.type in (execve, execveat) and proc.exe = comet{n} or evt.type = procexit and proc.name = comet{n}",
    "evt.type in (sendto, sendmsg) and fd.sip = 198.51.100.{o} and not proc.aname in (resolver{n}, cache{n})",
    "evt.type = close and fd.rip = 203.0.113.{o} and fd.duration > 60000000000",
]


def policy(count):
    """A file of `count` rules, each with constants of its own, none of which the load meets."""
    lines = []
    for number in range(count):
        condition = TEMPLATES[number % len(TEMPLATES)].format(
            n=number, o=number % 250 + 1, p=20000 + number, q=30000 + number)
        lines += [
            f"- rule: Generated {number}", "  desc: generated", f"  condition: {condition}",
            '  output: "%proc.cmdline %fd.name"', "  priority: Notice",
        ]
    path = TOOLS / f"rules-{count}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path
