"""Rules in a realistic mix, each with constants of its own, none of which fires on the mixed load."""

from .machine import TOOLS

# As Falco's and Sigma's rules for Linux are made: what starts (by name, path, arguments, ancestors), and what connects
# (by address, port, program). {n} is the rule's own number, {o} and {u} bytes of an address, {p} and {q} ports.
TEMPLATES = [
    # The first ten are a mix by themselves.
    "evt.type in (execve, execveat) and proc.name in (quasar{n}, pulsar{n}, blazar{n}) and not proc.pname = dock{n}",
    "evt.type = execve and proc.exepath startswith /srv/area{n}/ and user.uid >= 1000",
    "evt.type = connect and fd.sport in ({p}, {q}) and not proc.name = relay{n}",
    "evt.type = execve and proc.args contains nebula-{n} and proc.aname = foreman{n}",
    "evt.type in (connect, connected) and fd.snet in (10.{o}.{u}.0/24, 192.0.2.{o}) and proc.exepath endswith /agent{n}",
    "evt.type = execve and proc.cmdline glob '*--token{n}=*' and not proc.cwd startswith /home/ops{n}",
    "evt.type = execve and proc.aname in (httpd{n}, nginx{n}) and proc.name in (sh, bash, dash, tiny)",
    "evt.type in (execve, execveat) and proc.exe = meteor{n} or evt.type = procexit and proc.name = meteor{n}",
    "evt.type in (sendto, sendmsg) and fd.sip = 198.51.{u}.{o} and not proc.aname in (resolver{n}, cache{n})",
    "evt.type = close and fd.rip in (203.0.{u}.{o}) and fd.duration > 60000000000",
    # Falco's: names, paths, exceptions.
    "evt.type = execve and (proc.name = comet{n} or proc.exe = /opt/comet{n}/bin/run) and proc.tty exists",
    "evt.type = execve and proc.exepath endswith /agent-{n} and not proc.pname in (systemd, cron, guard{n})",
    "evt.type = execve and proc.exepath pmatch (/home/lab{n}/bin, /scratch/lab{n}) and not user.uid = 0",
    "evt.type = execve and proc.env[LD_PRELOAD] startswith /tmp/lib{n}/ and not proc.name = gdb",
    "evt.type = execve and proc.aname[2] = launcher{n} and not proc.aexepath startswith /usr/lib/launch{n}",
    # Sigma's: all of some pieces of a command line, one of many.
    "evt.type = execve and proc.cmdline icontains 'Wget http://h{n}.example/' and proc.cmdline icontains '|sh{n}'",
    "evt.type = execve and proc.exepath endswith /nebulactl{n} and proc.args contains --drop-{n}",
    "evt.type = execve and (proc.cmdline contains 'base64 -d{n}' or proc.cmdline contains 'xxd -r{n}' "
    "or proc.cmdline contains 'openssl enc{n}') and not proc.pcmdline contains maint{n}",
    "evt.type = execve and proc.cmdline regex '.*(curl|wget) .*https?://(cdn|www)[.]host{n}[.]example/.*'",
    "evt.type = execve and proc.exepath regex '/(tmp|var/tmp|dev/shm)/[.]?x{n}[0-9a-f]+' and proc.pname in (sh, bash)",
    # Network.
    "evt.type in (connect, sendto) and fd.l4proto in (tcp, udp) and fd.sip = 198.18.{o}.{u} and fd.sport = {p}",
    "evt.type in (accept, listen) and fd.sport = {p} and user.ruid != 0",
]


def policy(count):
    """A file of `count` rules."""
    path = TOOLS / f"mix-{count}.yaml"
    path.write_text(text(range(count)))
    return path


def text(numbers):
    """The rules of these numbers, as a file has them."""
    lines = []
    for number in numbers:
        condition = TEMPLATES[number % len(TEMPLATES)].format(
            n=number, o=number % 250 + 1, u=number // 250 % 250 + 1, p=20000 + number, q=30000 + number)
        lines += [
            f"- rule: Generated {number}", "  desc: generated", "  condition: >-", f"    {condition}",
            '  output: "%proc.cmdline %fd.name"', "  priority: Notice",
        ]
    return "\n".join(lines) + "\n"
