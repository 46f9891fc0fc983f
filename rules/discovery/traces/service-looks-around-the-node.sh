# Below a web server, commands ask who and where one is. Quiet: the same below a shell and below a server that runs programs by design.
for server in nginx java; do cp /bin/sh /usr/local/sbin/$server; done
case $1 in
fires) nginx -c 'id; uname -a; :' ;;
quiet)
  id
  java -c 'uname -a; :'
  nginx -c 'true; date; :'
  ;;
esac
