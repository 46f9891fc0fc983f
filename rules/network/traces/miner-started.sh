# A miner by name, and one by its arguments. Quiet: a search for such arguments; a program with options of its own.
for tool in xmrig kworker render; do cp /bin/true /usr/local/bin/$tool; done
case $1 in
fires)
  xmrig --config=/home/config.json
  kworker -o stratum+tcp://pool.example:443 -u wallet -k
  ;;
quiet)
  grep -r 'stratum+tcp://' /home
  render --algo fast --url http://farm.example:8080/
  ;;
esac
true
