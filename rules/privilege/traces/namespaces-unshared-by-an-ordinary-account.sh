# An ordinary account becomes root in a user namespace. Quiet: root unshares a mount namespace.
case $1 in
fires) setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user --map-root-user --net true ;;
quiet) unshare --mount true ;;
esac
true
