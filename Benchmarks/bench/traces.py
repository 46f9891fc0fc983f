"""Recorded traces."""

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
