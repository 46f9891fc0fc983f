#!/usr/bin/env python3
"""Reads a trace by docs/trace-format.md and bpf/abi/include/selvage_abi.h alone; shares nothing with Selvage's own reader.

trace_reader.py TRACE               a line of JSON for each record
trace_reader.py TRACE --like JSONL  whether `selvage trace convert` says the same, record by record
"""
import binascii
import ipaddress
import json
import struct
import subprocess
import sys


class Damaged(Exception):
    pass


def crc_is_right(header, at):
    """CRC-32 over the whole header, with its own four bytes counted as zero."""
    stated = struct.unpack_from("<I", header, at)[0]
    return binascii.crc32(header[:at] + bytes(4) + header[at + 4:]) == stated


def decompressed(frame, size):
    done = subprocess.run(["zstd", "-dcq"], input=frame, stdout=subprocess.PIPE, check=True)
    if len(done.stdout) != size:
        raise Damaged(f"a block of {len(done.stdout)} bytes instead of {size}")
    return done.stdout


class Trace:
    """The blocks of a file; `records` gives (number, bytes of the record)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.lost = 0
        self.left_over = 0
        self.blocks = []  # offset, count, first, last, earliest, latest
        self.index = None
        self.read_file_header()

    def read_file_header(self):
        data = self.data
        if data[:8] != b"\x89SELVTR\n":
            raise Damaged("no trace")
        version, size = struct.unpack_from("<HH", data, 8)
        if version != 1:
            raise Damaged(f"version {version}")
        if not crc_is_right(data[:size], 20):
            raise Damaged("the file header's checksum")
        mark = data[12:16]
        self.order = {b"\x04\x03\x02\x01": "<", b"\x01\x02\x03\x04": ">"}[mark]
        if struct.unpack_from("<I", data, 16)[0]:
            raise Damaged("features")
        self.start = size

    def records(self):
        at = self.start
        last_number = -1
        while at < len(self.data):
            block = at
            header = self.data[at:at + 32]
            if len(header) < 32:
                break
            magic, kind, size, payload_size, content_size, lost = struct.unpack_from("<4sHHIIQ", header)
            if magic != b"SVBK":
                raise Damaged(f"no block at {at}")
            header = self.data[at:at + size]
            payload = self.data[at + size:at + size + payload_size]
            if len(header) < size or len(payload) < payload_size:
                break
            if not crc_is_right(header, 28):
                raise Damaged(f"the checksum of the block header at {at}")
            at += size + payload_size
            if kind == 2:
                self.read_index(payload, content_size, block)
            if kind != 1:
                continue
            self.lost += lost
            content = decompressed(payload, content_size)
            count, place, first, last, earliest, latest = struct.unpack_from("<IIQQQQ", content)
            self.blocks.append((block, count, first, last, earliest, latest))
            numbers, times = [], []
            while place < len(content):
                number = struct.unpack_from("<Q", content, place)[0]
                size = struct.unpack_from(self.order + "I", content, place + 8)[0]
                record = content[place + 8:place + 8 + size]
                if len(record) != size or size < 40 or size % 8 or number <= last_number:
                    raise Damaged(f"record {number}")
                place += 8 + size
                last_number = number
                numbers.append(number)
                times.append(struct.unpack_from(self.order + "Q", record, 8)[0])
                yield number, record
            if count != len(numbers) or numbers and (first, last, earliest, latest) != (
                    numbers[0], numbers[-1], min(times), max(times)):
                raise Damaged(f"the summary of the block at {block}")
        self.left_over = len(self.data) - at

    def read_index(self, payload, content_size, block):
        place, magic = struct.unpack("<Q8s", payload[-16:])
        if magic != b"SVINDEX\n" or place != block:
            raise Damaged("the index's trailer")
        content = decompressed(payload[:-16], content_size)
        count, entry_size = struct.unpack_from("<II", content)
        self.index = []
        for entry in range(count):
            offset, count, _, first, last, earliest, latest = struct.unpack_from("<QIIQQQQ", content, 8 + entry * entry_size)
            self.index.append((offset, count, first, last, earliest, latest))


KINDS = {
    1: "execve", 2: "clone", 3: "procexit", 4: "task", 16: "connect", 17: "connected", 18: "accept", 19: "close",
    8: "cgroup", 9: "cgroup_end", 20: "listen", 21: "bind", 22: "sendto", 23: "socket", 64: "stream", 65: "counters",
    66: "known", 67: "facts", 68: "mounts",
}
# Name and format of each field of the fixed parts, in their order; what begins with _ is reserved, s is char[16], R is a
# struct sv_ref, L one to texts with their NULs.
HEADER = "size:I fixed:H kind:H time_ns:Q pid:I tid:I start_ns:Q cgroup_id:Q"
PROCESS = HEADER + (
    " parent_pid:I flags:I parent_start_ns:Q session:I inner_pid:I uid:I gid:I euid:I egid:I loginuid:I audit_session:I"
    " cap_effective:Q cap_permitted:Q ns_cgroup:I ns_ipc:I ns_mnt:I ns_net:I ns_pid:I ns_user:I ns_uts:I mode:I inode:Q"
    " device:I file_uid:I file_gid:I args_count:I args_total:I _reserved:I comm:s tty:s _stdio:120s"
    " exe:R cwd:R args:L env:L script:R interpreter:R")
FORK = HEADER + (
    " parent_pid:I creator_pid:I parent_start_ns:Q creator_start_ns:Q uid:I gid:I euid:I egid:I inner_pid:I session:I comm:s")
EXIT = HEADER + " code:I signal:I core_dumped:I uid:I comm:s"
SOCKET = HEADER + (
    " cookie:Q duration_ns:Q ns_net:I result:i family:H type:H protocol:H flags:H local_port:H remote_port:H uid:I"
    " local:A remote:A comm:s euid:I _reserved:I")
STREAM = HEADER + " realtime_ns:Q node:R boot_id:R kernel:R version:R"
COUNTERS = HEADER + " received:Q missed:Q malformed:Q kinds:I flags:I _counter:1536s processes_refused:Q facts_refused:Q"
KNOWN = HEADER + (
    " parent_pid:I flags:I parent_start_ns:Q image_start_ns:Q image_pid:I session:I uid:I gid:I euid:I egid:I inner_pid:I"
    " _reserved:I comm:s")
CGROUP = HEADER + " parent_id:Q level:I flags:I name:R made_ns:Q"
FACTS = HEADER + " source:I identity:I flags:I _reserved:I pairs:L"
MOUNTS = HEADER + " ns_mnt:I flags:I entries:L"
LAYOUTS = {1: PROCESS, 2: FORK, 3: EXIT, 4: PROCESS, 8: CGROUP, 9: CGROUP, 64: STREAM, 65: COUNTERS, 66: KNOWN, 67: FACTS, 68: MOUNTS}
SIZES = {"R": 8, "L": 8, "A": 16, "s": 16}
WORDS = {
    "family": {1: "unix", 2: "inet", 10: "inet6", 16: "netlink", 17: "packet"},
    "type": {1: "stream", 2: "dgram", 3: "raw", 5: "seqpacket"},
    "source": {1: "cri", 2: "podman", 3: "docker", 4: "kubernetes", 5: "slurm", 6: "pushed"},
    "identity": {1: "pending", 2: "known", 3: "unknown"},
    "protocol": {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 255: "raw"},
}
FLAGS = {
    "process": "memfd unlinked upper_layer setuid setgid writable script args_truncated args_unreadable exe_truncated"
               " cwd_truncated env_truncated cwd_unlinked kernel outside_root lower_layer",
    "socket": "incoming owner_unknown", "counters": "told", "known": "linked ended forgotten",
    "cgroup": "found", "facts": "more cut", "mounts": "more cut node gone seen",
}


def escaped(data):
    """As text; a byte that is no UTF-8 as Python has it, so that no two differ less than they do."""
    return data.decode("utf-8", "surrogateescape")


def decoded(number, record, order):
    kind, fixed = struct.unpack_from(order + "H", record, 6)[0], struct.unpack_from(order + "H", record, 4)[0]
    result = {"number": number, "kind": KINDS.get(kind, kind)}
    layout = LAYOUTS.get(kind, SOCKET if 16 <= kind <= 23 else HEADER)
    at = 0
    for field in layout.split():
        name, form = field.split(":")
        size = SIZES.get(form) or struct.calcsize("<" + form)
        if at + size > fixed:
            break  # its writer did not know it yet
        raw = record[at:at + size]
        at += size
        if name.startswith("_") or name in ("size", "fixed", "kind"):
            continue
        if form in "RL":
            offset, length = struct.unpack(order + "II", raw)
            part = record[offset:offset + length] if offset else None
            if part is None or form == "R":
                result[name] = None if part is None else escaped(part)
            else:
                texts = part.split(b"\0")
                cut = texts.pop() if texts[-1] == b"" else None
                result[name] = [escaped(text) for text in texts] + ([] if cut is not None or not part else [None])
        elif form == "s":
            result[name] = escaped(raw.split(b"\0")[0])
        elif form == "A":
            family = result["family"]
            result[name] = {"inet": lambda: str(ipaddress.IPv4Address(raw[:4])),
                            "inet6": lambda: str(ipaddress.IPv6Address(raw))}.get(family, lambda: None)()
        else:
            value = struct.unpack(order + form, raw)[0]
            if name == "flags":
                which = {1: "process", 4: "process", 8: "cgroup", 9: "cgroup", 65: "counters", 66: "known", 67: "facts", 68: "mounts"}.get(kind, "socket")
                names = FLAGS[which].split()
                value = [names[bit] if bit < len(names) else 1 << bit for bit in range(32) if value >> bit & 1]
            result[name] = WORDS[name].get(value, value) if name in WORDS else value
    return result


def texts_as_bytes(value):
    """`selvage` writes text that is no UTF-8 with escapes of its own."""
    if isinstance(value, list):
        return [texts_as_bytes(item) for item in value]
    if isinstance(value, dict) and set(value) == {"escaped"}:
        data, text, at = b"", value["escaped"], 0
        while at < len(text):
            if text[at] != "\\":
                data, at = data + text[at].encode(), at + 1
            elif text[at + 1] == "\\":
                data, at = data + b"\\", at + 2
            elif text[at + 1] == "x":
                data, at = data + bytes([int(text[at + 2:at + 4], 16)]), at + 4
            else:
                end = text.index("}", at)
                data, at = data + chr(int(text[at + 3:end], 16)).encode(), end + 1
        return escaped(data)
    return value


def same(ours, theirs):
    """Everything that is read here, and nothing else but what is not looked at here."""
    if "bytes" in theirs:
        return False
    for key, value in ours.items():
        other = texts_as_bytes(theirs.get(key))
        if key in ("local", "remote") and value and other:
            value, other = ipaddress.ip_address(value), ipaddress.ip_address(other)
        if value != other:
            print(f"record {ours['number']}: {key} is {value!r} here, {other!r} there", file=sys.stderr)
            return False
    extra = set(theirs) - set(ours) - {"stdio", "counter", "fixed", "padding", "junk"}
    if extra:
        print(f"record {ours['number']}: not read here: {extra}", file=sys.stderr)
    return not extra


def main():
    trace = Trace(sys.argv[1])
    if len(sys.argv) == 2:
        for number, record in trace.records():
            print(json.dumps(decoded(number, record, trace.order)))
        return
    with open(sys.argv[3], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    lost = sum(line["lost"] for line in lines if "lost" in line)
    lines = [line for line in lines if "lost" not in line]
    count = 0
    for number, record in trace.records():
        if count >= len(lines) or not same(decoded(number, record, trace.order), lines[count]):
            sys.exit(f"record {number} is not the same")
        count += 1
    if count != len(lines) or lost != trace.lost or trace.left_over:
        sys.exit(f"{count} records here, {len(lines)} there; lost {trace.lost} and {lost}; {trace.left_over} bytes left over")
    covered = [block for block in trace.blocks if block[1]]
    if trace.index is None or trace.index != covered:
        sys.exit("the index is not that of the blocks")
    print(f"{count} records in {len(trace.blocks)} blocks are the same")


main()
