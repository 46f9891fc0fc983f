# A connection to the internet, port 6667; nobody listens. Quiet: within the site; by a chat program.
case $1 in
fires) busybox nc -w 1 203.0.113.7 6667 ;;
quiet)
  cp /usr/bin/python3 /usr/local/bin/irssi
  irssi -c 'import socket; socket.socket().connect_ex(("203.0.113.7", 6667))'
  busybox nc -w 1 10.0.0.9 6667
  ;;
esac
true
