# A program whose file is deleted before it starts. Quiet: the same in /usr, as an upgrade does it; a program that deletes itself.
run_deleted() {
  cp /bin/true "$1"
  python3 -c 'import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY | os.O_CLOEXEC)
os.unlink(sys.argv[1])
os.execve(fd, ["true"], {})' "$1"
}
case $1 in
fires) run_deleted /home/agent ;;
quiet)
  run_deleted /usr/local/bin/daemon
  cp /bin/rm /home/once
  /home/once /home/once
  ;;
esac
