# An ordinary account runs a copy of the shell that is set-user-id root. Quiet: passwd; the set-group-id bit; Apptainer's starter.
user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
case $1 in
fires)
  cp /bin/sh /home/sh
  chmod 4755 /home/sh
  user /home/sh -p -c :
  ;;
quiet)
  mkdir -p /home/project /home/apps/apptainer/bin
  cp /bin/true /home/project/solver
  cp /bin/true /home/apps/apptainer/bin/starter-suid
  chmod 2755 /home/project/solver
  chmod 4755 /home/apps/apptainer/bin/starter-suid
  user passwd --help
  user /home/project/solver
  user /home/apps/apptainer/bin/starter-suid
  ;;
esac
true
