# A program in a memory file, under a kernel thread's name. Quiet: runc's copy of itself; a memory file that holds no program.
run_from_memory() {
  python3 -c 'import os, sys
fd = os.memfd_create(sys.argv[1])
os.write(fd, open("/bin/true", "rb").read())
os.execve(fd, sys.argv[2:], {})' "$@"
}
case $1 in
fires) run_from_memory "" "[kworker/0:1]" ;;
quiet)
  run_from_memory runc_cloned:/proc/self/exe runc init
  python3 -c 'import os; os.write(os.memfd_create("buffer"), b"data"); os.execv("/bin/true", ["true"])'
  ;;
esac
