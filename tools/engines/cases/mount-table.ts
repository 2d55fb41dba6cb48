/**
 * A command that prints the mounts of who runs it, in their order: what is mounted where, with which options and propagation.
 * Without what another runtime may well do otherwise: what hides the masked paths (for which there is a case of its own), and
 * whether a read-only mount's file system is read-only, too.
 */
export const MOUNT_TABLE: string = `awk '$5 !~ "^/proc/(acpi|asound|kcore|keys|latency_stats|timer_list|timer_stats|sched_debug|scsi)$|^/sys/(firmware|devices/virtual/powercap)$" {
  for (i = 7; $i != "-"; i++); type = $(i + 1); own = type ~ "^(tmpfs|devpts)$" ? $NF : ""; sub("^r[ow],?", "", own)
  shared = ""; for (j = 7; j < i; j++) shared = shared " " $j
  print $4, $5, $6 shared, type, own }' /proc/self/mountinfo`;
