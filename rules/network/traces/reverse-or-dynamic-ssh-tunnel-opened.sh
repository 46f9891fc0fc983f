# ssh with -R and with -D; nobody listens. Quiet: -L; options of the remote command.
options='-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'
case $1 in
fires)
  ssh $options -N -R 8888:localhost:8888 user@203.0.113.7
  ssh -fND 1080 $options user@203.0.113.7
  ;;
quiet)
  ssh $options -N -L 8888:localhost:8888 user@203.0.113.7
  ssh $options user@203.0.113.7 chmod -R 755 /data
  ;;
esac
true
