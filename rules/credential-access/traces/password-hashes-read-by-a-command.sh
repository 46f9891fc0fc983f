# The file of password hashes is shown, and an account that may not tries. Quiet: the nightly copy; the file's dates; the file of accounts.
case $1 in
fires)
  cat /etc/shadow > /dev/null
  setpriv --reuid 65534 --regid 65534 --clear-groups tail -n 1 /etc/shadow
  ;;
quiet)
  cp /bin/sh /usr/local/bin/run-parts
  run-parts -c 'cp -p /etc/shadow /home/shadow.copy; :'
  cp -p /etc/shadow /var/backups/does-not-exist/
  ls -l /etc/shadow
  cat /etc/passwd > /dev/null
  rm -f /home/shadow.copy
  ;;
esac
true
