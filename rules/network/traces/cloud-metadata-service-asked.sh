# curl asks for credentials, over IPv4 and IPv6. Quiet: the cloud's agent asks; a name is asked for at that address; another link-local address.
case $1 in
fires)
  curl -s -m 1 http://169.254.169.254/latest/meta-data/iam/security-credentials/
  curl -s -m 1 'http://[fd00:ec2::254]/latest/meta-data/'
  ;;
quiet)
  cp /usr/bin/python3 /usr/local/bin/cloud-init
  cloud-init -c 'import socket; socket.socket().connect_ex(("169.254.169.254", 80))'
  python3 -c 'import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("169.254.169.254", 53))'
  curl -s -m 1 http://10.0.0.9/latest/meta-data/
  ;;
esac
true
