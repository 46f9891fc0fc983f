# Python opens a raw socket. Quiet: ping does; plain sockets.
case $1 in
fires) python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)' ;;
quiet)
  cp /bin/busybox /usr/local/bin/ping
  ping -c 1 127.0.0.1
  python3 -c 'import socket; socket.socket(); socket.socket(type=socket.SOCK_DGRAM)'
  ;;
esac
