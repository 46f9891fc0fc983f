# A connection to the internet, port 3333; nobody listens. Quiet: within the site; to a web server.
case $1 in
fires) busybox nc -w 1 203.0.113.7 3333 ;;
quiet)
  busybox nc -w 1 10.0.0.9 3333
  busybox nc -w 1 203.0.113.7 443
  ;;
esac
true
