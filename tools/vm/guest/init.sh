#!/bin/busybox sh
# The guest's first process, from the initramfs: puts the machine's root together and goes on with run.sh in it.
# job.sh, written for each guest, sets cgroup, init, systemd, kernel, directory and "$@". Whatever fails ends the guest, with its reason on the console.
/bin/busybox mount -t proc proc /proc # from here on busybox finds its own applets
set -e
trap '/bin/busybox reboot -f' EXIT
. /run/vm/job.sh

for module in /modules/*; do insmod "$module"; done
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev

# The host's root, which nothing here can change, and in memory what the guest writes.
mount -t virtiofs -o ro root /lower
mount -t tmpfs -o size=75%,mode=0755 upper /upper
mkdir /upper/upper /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/upper,workdir=/upper/work root /root
mkdir -p /root/dev /root/proc /root/sys

# An upper directory may not be on an overlay: where tests and wb make theirs is a file system of the guest's own, empty but for
# the checkout and the directory of the command.
mkdir /below
mount --bind /root /below
for place in tmp:1777 run:0755 var/lib/wb:0700; do
  mkdir -p "/root/${place%:*}"
  mount -t tmpfs -o "mode=${place#*:}" "${place%:*}" "/root/${place%:*}"
done
for path; do
  [ ! -d "/root$path" ] || continue
  mkdir -p "/root$path"
  mount --bind "/below$path" "/root$path"
done
umount /below

mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o mode=0620,ptmxmode=0666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
for fd in fd: stdin:/0 stdout:/1 stderr:/2; do ln -s "/proc/self/fd${fd#*:}" "/dev/${fd%%:*}"; done

v1() { # DIRECTORY: one hierarchy for each controller that the kernel still has on v1, and systemd's
  mount -t tmpfs -o mode=0755 cgroup "$1"
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids net_cls net_prio perf_event hugetlb rdma misc; do
    mkdir "$1/$controller"
    mount -t cgroup -o "$controller" cgroup "$1/$controller" 2>/dev/null || rmdir "$1/$controller"
  done
  mkdir "$1/systemd"
  mount -t cgroup -o none,name=systemd cgroup "$1/systemd"
}

case $init-$cgroup in
  systemd-*) . /run/vm/systemd.sh ;;
  *-v2) mount -t cgroup2 -o nsdelegate,memory_recursiveprot cgroup2 /sys/fs/cgroup ;;
  *-v1) v1 /sys/fs/cgroup ;;
  *-hybrid)
    v1 /sys/fs/cgroup
    mkdir /sys/fs/cgroup/unified
    mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup/unified
    ;;
esac

# Modules are loaded on demand by the machine's modprobe; a device that has none yet does so when it is opened.
release=$(uname -r)
modules=/root/lib/modules/$release
mkdir -p "$modules"
mount --bind "/lower$kernel/lib/modules/$release" "$modules"
while read -r _ name numbers; do
  case $numbers in c*) ;; *) continue ;; esac
  numbers=${numbers#c}
  case $name in */*) mkdir -p "/dev/${name%/*}" ;; esac
  [ -e "/dev/$name" ] || mknod -m 0666 "/dev/$name" c "${numbers%:*}" "${numbers#*:}"
done <"$modules/modules.devname"

hostname vm
ip link set lo up
mkdir /root/run/vm
cp /bin/busybox /run/vm/* /root/run/vm
for name in dev sys proc; do mount --move "/$name" "/root/$name"; done
trap - EXIT
case $init in
  systemd) exec /bin/busybox switch_root /root /lib/systemd/systemd --unit=vm.service ;;
  *) exec /bin/busybox switch_root /root /run/vm/busybox sh /run/vm/run.sh ;;
esac
