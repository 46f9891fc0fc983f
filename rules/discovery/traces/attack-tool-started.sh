# A port scanner. Quiet: its manual page; a look at one's own sockets.
for tool in nmap man; do cp /bin/true /usr/local/bin/$tool; done
case $1 in
fires) nmap -sS -p 1-1024 10.0.0.0/24 ;;
quiet)
  man nmap
  ip address show dev lo
  ;;
esac
