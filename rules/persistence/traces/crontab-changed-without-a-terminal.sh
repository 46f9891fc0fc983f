# A program replaces its account's table of jobs. Quiet: the table is listed; a configuration tool replaces it; someone at a terminal does.
cp /bin/true /usr/local/bin/crontab
case $1 in
fires)
  echo '* * * * * /home/.x' | crontab -
  setpriv --reuid 65534 --regid 65534 --clear-groups crontab /home/jobs
  ;;
quiet)
  crontab -l
  crontab -u daemon -l
  cp /bin/sh /usr/local/bin/puppet
  puppet -c 'crontab -u root -; :'
  script -q -c 'crontab /home/jobs' /dev/null
  ;;
esac
