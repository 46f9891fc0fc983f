# Tor, its local proxy, and a relay's port; nobody listens. Quiet: the relay's port within the site and on the node.
case $1 in
fires)
  cp /bin/true /usr/local/bin/tor
  tor -f /home/torrc
  busybox nc -w 1 127.0.0.1 9050
  busybox nc -w 1 203.0.113.7 9001
  ;;
quiet)
  busybox nc -w 1 127.0.0.1 9001
  busybox nc -w 1 10.0.0.9 9001
  ;;
esac
true
