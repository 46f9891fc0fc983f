# Python's ready-made web server, and a one-liner that listens. Quiet: on loopback; a program in a file; a worker of multiprocessing.
listen='import socket; socket.create_server((ADDRESS, 8000))'
case $1 in
fires)
  python3 -c "$(echo "$listen" | sed 's/ADDRESS/"0.0.0.0"/')"
  # http.server, as `python3 -m http.server` runs it, ends after it listens.
  timeout 10 python3 -m http.server 8001 &
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    ! grep -q ':1F41 .* 0A ' /proc/net/tcp || break
    sleep 0.1
  done
  kill $!
  wait
  ;;
quiet)
  python3 -c "$(echo "$listen" | sed 's/ADDRESS/"127.0.0.1"/')"
  echo "$listen" | sed 's/ADDRESS/"0.0.0.0"/' > /home/notebook.py
  python3 /home/notebook.py
  python3 -c 'import multiprocessing.connection as c; c.Listener(("0.0.0.0", 8000)).close()'
  ;;
esac
