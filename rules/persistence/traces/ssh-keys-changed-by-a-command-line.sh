# A command adds a key, another copies a file of keys into place. Quiet: a key is added in a login by SSH; the keys are read.
mkdir -p /home/www/.ssh
case $1 in
fires)
  sh -c 'echo "ssh-ed25519 AAAA" >> /home/www/.ssh/authorized_keys'
  touch /home/keys
  cp /home/keys /home/www/.ssh/authorized_keys
  ;;
quiet)
  cp /bin/sh /usr/local/sbin/sshd
  sshd -c 'sh -c "cat >> /home/www/.ssh/authorized_keys"; :'
  cat /home/www/.ssh/authorized_keys
  ;;
esac
