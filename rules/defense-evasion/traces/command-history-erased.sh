# A shell's history is deleted, and one tied to nothing. Quiet: files whose names only sound alike; a history is read.
touch /home/.bash_history /home/load_history.csv
case $1 in
fires)
  rm -f /home/.bash_history
  ln -sf /dev/null /home/.bash_history
  ;;
quiet)
  rm -f /home/load_history.csv
  cat /home/.bash_history
  ;;
esac
