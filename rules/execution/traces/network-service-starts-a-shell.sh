# A web server starts a shell. Quiet: sshd does; a web server starts its log program, a database archives its log by one.
for server in nginx apache2 postgres sshd; do cp /bin/sh /usr/local/sbin/$server; done
case $1 in
fires) nginx -c 'sh -c "echo started"; :' ;;
quiet)
  sshd -c 'bash -c "echo started"; :'
  apache2 -c 'sh -c ": | : # rotatelogs /var/log/apache2/access.%Y 86400"; :'
  postgres -c 'sh -c ": pg_wal/000000010000000000000001"; :'
  ;;
esac
