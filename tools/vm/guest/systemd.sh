# Sourced by init.sh in place of its own cgroups: sets /root up for systemd to be process 1 and run.sh to be its service vm.service,
# which is all that it starts. systemd mounts the control groups, by the kernel's command line.

# Debian's packages that the host does not have; what it has comes first.
(cd "/lower$systemd" && tar -cf - .) | chroot /root tar -x --skip-old-files --keep-directory-symlink
[ -z "$(ls "/lower$systemd/usr/lib")" ] || chroot /root systemd-sysusers

units=/root/run/systemd/system
mkdir -p "$units"
cat >"$units/vm.service" <<'UNIT'
[Unit]
Description=The command of this guest
Requires=dbus.socket
After=basic.target dbus.socket
[Service]
ExecStart=/run/vm/busybox sh /run/vm/run.sh
LimitNOFILE=infinity
TasksMax=infinity
OOMPolicy=continue
UNIT
# What only costs time in a guest: devices, settings and logs of a machine.
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
  systemd-hwdb-update.service systemd-timesyncd.service systemd-random-seed.service systemd-update-utmp.service \
  systemd-sysctl.service systemd-binfmt.service systemd-modules-load.service systemd-boot-system-token.service \
  systemd-journal-flush.service systemd-machine-id-commit.service systemd-update-done.service systemd-pcrphase.service \
  systemd-pcrphase-sysinit.service systemd-sysusers.service systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service \
  systemd-tmpfiles-clean.timer systemd-ask-password-console.path systemd-ask-password-wall.path ldconfig.service \
  kmod-static-nodes.service modprobe@.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  sys-kernel-config.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount cryptsetup.target \
  integritysetup.target veritysetup.target local-fs.target swap.target timers.target paths.target; do
  ln -s /dev/null "$units/$unit"
done
rm -f /root/.dockerenv # by which systemd would see that it is in a container
[ -s /root/etc/machine-id ] || cat /proc/sys/kernel/random/uuid | tr -d - >/root/etc/machine-id
