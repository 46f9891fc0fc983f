# A program connects to a mail server on the internet; nobody listens. Quiet: to the site's; the mail server does.
case $1 in
fires) python3 -c 'import socket; socket.socket().connect_ex(("203.0.113.7", 25))' ;;
quiet)
  cp /usr/bin/python3 /usr/local/bin/smtp
  smtp -c 'import socket; socket.socket().connect_ex(("203.0.113.7", 25))'
  busybox nc -w 1 10.0.0.9 25
  ;;
esac
true
