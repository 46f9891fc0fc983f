# Root starts a program with a library of /tmp. Quiet: with one of the system; an ordinary account's; a build's.
case $1 in
fires)
  LD_PRELOAD=/tmp/libhide.so /bin/true
  LD_PRELOAD=/usr/lib/libok.so:/dev/shm/libhide.so /bin/true
  ;;
quiet)
  cp /bin/sh /usr/local/bin/make
  LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libm.so.6 /bin/true
  setpriv --reuid 65534 --regid 65534 --clear-groups env LD_PRELOAD=/tmp/libprofile.so /bin/true
  make -c 'LD_PRELOAD=/tmp/libtest.so /bin/true; :'
  ;;
esac
