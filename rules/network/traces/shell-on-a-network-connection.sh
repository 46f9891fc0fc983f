# A shell gets a TCP connection as its input and output. Quiet: it gets a socket pair, as from sshd; a program that is no shell gets the connection.
case $1 in
fires)
  python3 -c 'import socket, subprocess
listener = socket.create_server(("127.0.0.1", 0))
one = socket.create_connection(listener.getsockname())
subprocess.run(["sh", "-c", ":"], stdin=one, stdout=one, stderr=one)'
  ;;
quiet)
  python3 -c 'import socket, subprocess
one, other = socket.socketpair()
subprocess.run(["sh", "-c", ":"], stdin=one, stdout=one, stderr=one)
listener = socket.create_server(("127.0.0.1", 0))
one = socket.create_connection(listener.getsockname())
subprocess.run(["true"], stdin=one, stdout=one, stderr=one)'
  ;;
esac
