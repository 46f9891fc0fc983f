# A container of an overlay and a pid namespace, into which a program is put. Quiet: the image's own programs, and a new script.
mkdir -p /home/image/bin /home/upper /home/work /home/root
cp /bin/busybox /home/image/bin/busybox
for applet in sh cp chmod true; do ln -s busybox /home/image/bin/$applet; done
mount -t overlay -o lowerdir=/home/image,upperdir=/home/upper,workdir=/home/work overlay /home/root
container() { unshare --pid --fork chroot /home/root /bin/sh -c "$1"; }
case $1 in
fires) container 'cp /bin/busybox /bin/busybox-new; /bin/busybox-new true' ;;
quiet) container 'echo "#!/bin/sh" > /bin/start; chmod 755 /bin/start; /bin/start; true; /bin/true' ;;
esac
umount /home/root
