# nsenter into the first process; from a pid namespace, the root directory of its first process. Quiet: nsenter into another process; the same path outside a container.
case $1 in
fires)
  nsenter --target 1 --uts true
  unshare --pid --fork --mount-proc sh -c 'cat /proc/1/root/etc/hostname; :'
  ;;
quiet)
  nsenter --target $$ --uts true
  cat /proc/1/root/etc/hostname
  unshare --pid --fork --mount-proc sh -c 'cat /proc/1/comm; :'
  ;;
esac
true
