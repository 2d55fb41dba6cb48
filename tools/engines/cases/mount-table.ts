/**
 * A command that prints the mounts of who runs it, sorted: what is mounted where, with which options and propagation.
 * Without what another runtime may well do otherwise: what hides the masked paths (for which there is a case of its own),
 * whether a read-only mount's file system is read-only, too, whether the root is a slave (as that of runc) or private,
 * whether the tmpfs with the v1 hierarchies is read-only, and the v2 tree of a hybrid machine, which runc leaves out.
 */
export const MOUNT_TABLE: string = `awk '$5 !~ "^/proc/(acpi|asound|kcore|keys|latency_stats|timer_list|timer_stats|sched_debug|scsi)$|^/sys/(fs/cgroup/unified|dev/block|firmware|devices/virtual/powercap)$" {
  for (i = 7; $i != "-"; i++); type = $(i + 1); own = type ~ "^(tmpfs|devpts)$" ? $NF : ""; sub("^r[ow],?", "", own)
  shared = ""; for (j = 7; j < i; j++) shared = shared " " $j
  if ($5 == "/") shared = ""; if ($5 == "/sys/fs/cgroup") sub("^r[ow]", "ro", $6)
  print $4, $5, $6 shared, type, own }' /proc/self/mountinfo | sort`;
