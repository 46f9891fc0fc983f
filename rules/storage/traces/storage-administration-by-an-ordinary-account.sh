# An ordinary account tries to delete a file system and to change a setting of Lustre. Quiet: root administers; an ordinary account looks.
user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
for tool in mmdelfs mmlsfs mmchfs lctl lfs; do cp /bin/true /usr/local/bin/$tool; done
case $1 in
fires)
  user mmdelfs scratch -p
  user lctl set_param fail_loc=0
  ;;
quiet)
  mmchfs scratch -Q yes
  user mmlsfs scratch
  user lctl get_param version
  user lfs quota -u nobody /home
  ;;
esac
