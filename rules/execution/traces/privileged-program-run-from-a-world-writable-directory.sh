# Root runs a program, and a web server's account a script, in /tmp. Quiet: an ordinary account does; an installation and a build of root's do.
cp /bin/true /tmp/update
printf '#!/bin/sh\n:\n' > /tmp/task.sh
chmod 755 /tmp/task.sh
case $1 in
fires)
  /tmp/update
  setpriv --reuid 33 --regid 33 --clear-groups /tmp/task.sh
  ;;
quiet)
  for tool in dpkg cmake; do cp /bin/sh /usr/local/bin/$tool; done
  setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/update
  dpkg -c '/tmp/task.sh; :'
  cmake -c '/tmp/update; :'
  ;;
esac
