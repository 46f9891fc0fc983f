# Root traces a process that runs. Quiet: root traces what it starts; an ordinary account traces its own process.
case $1 in
fires)
  sleep 0.5 &
  strace -o /dev/null -p $!
  ;;
quiet)
  strace -o /dev/null true
  setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'sleep 0.5 & strace -o /dev/null -p $!'
  ;;
esac
true
