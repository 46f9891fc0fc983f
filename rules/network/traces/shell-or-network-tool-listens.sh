# netcat waits for connections. Quiet: on loopback; a server does.
case $1 in
fires) timeout 0.5 busybox nc -l -p 9000 ;;
quiet)
  cp /usr/bin/python3 /usr/local/bin/ncat
  ncat -c 'import socket; socket.create_server(("127.0.0.1", 9000))'
  echo 'import socket; socket.create_server(("0.0.0.0", 9000))' > /home/server.py
  python3 /home/server.py
  ;;
esac
true
