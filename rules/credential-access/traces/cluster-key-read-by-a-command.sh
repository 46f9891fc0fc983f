# Munge's key is encoded, and a Kubernetes administrator's credentials are shown. Quiet: the key's file is looked at; a package copies it.
case $1 in
fires)
  base64 /etc/munge/munge.key
  setpriv --reuid 65534 --regid 65534 --clear-groups cat /etc/kubernetes/admin.conf
  ;;
quiet)
  cp /bin/sh /usr/local/bin/dpkg
  ls -l /etc/munge/munge.key
  dpkg -c 'cp -p /etc/munge/munge.key /home/; :'
  ;;
esac
true
