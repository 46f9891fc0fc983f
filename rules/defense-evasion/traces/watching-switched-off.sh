# The audit daemon is stopped, SELinux is made to look on. Quiet: a restart; another service; an upgrade by a package.
for tool in systemctl setenforce; do cp /bin/true /usr/local/bin/$tool; done
case $1 in
fires)
  systemctl stop auditd
  systemctl --now disable rsyslog.service
  setenforce 0
  ;;
quiet)
  cp /bin/sh /usr/local/bin/dpkg
  systemctl restart rsyslog
  systemctl status auditd
  systemctl stop nginx
  dpkg -c 'systemctl stop auditd; :'
  ;;
esac
