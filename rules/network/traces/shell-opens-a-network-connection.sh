# bash connects by /dev/tcp; nobody listens. Quiet: to the node itself, to a directory server, and by curl.
case $1 in
fires) bash -c 'exec 3<>/dev/tcp/203.0.113.7/9999' ;;
quiet)
  bash -c ': < /dev/tcp/127.0.0.1/8080'
  bash -c ': < /dev/tcp/10.0.0.9/389'
  bash -c 'curl -s http://203.0.113.7:9999/; :'
  ;;
esac
true
