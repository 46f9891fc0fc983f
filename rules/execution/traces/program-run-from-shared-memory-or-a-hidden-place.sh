# Programs in /dev/shm and below a hidden name in /tmp. Quiet: an account's own program in /tmp, an AppImage, a build in /dev/shm.
user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
mkdir -p /tmp/.cache /tmp/build /tmp/.mount_editor
case $1 in
fires)
  cp /bin/true /dev/shm/x
  cp /bin/true /tmp/.cache/x
  user /dev/shm/x
  user /tmp/.cache/x --daemon
  ;;
quiet)
  cp /bin/true /tmp/build/a.out
  cp /bin/true /tmp/.mount_editor/AppRun
  cp /bin/true /dev/shm/conftest
  cp /bin/sh /usr/local/bin/make
  user /tmp/build/a.out
  user /tmp/.mount_editor/AppRun
  user make -c '/dev/shm/conftest; :'
  ;;
esac
