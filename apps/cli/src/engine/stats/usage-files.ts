/** The files of a control group that `wb stats` needs, of v2 and of v1: a fifth of those that there are. */
export const USAGE_FILES: readonly string[] = [
  "memory.current",
  "memory.max",
  "memory.stat",
  "memory.usage_in_bytes",
  "memory.limit_in_bytes",
  "cpu.stat",
  "cpuacct.usage",
  "pids.current",
  "io.stat",
  // v1 counts disks by the policies that they have.
  ...["bfq", "throttle"].flatMap((policy) => [
    `blkio.${policy}.io_service_bytes_recursive`,
    `blkio.${policy}.io_serviced_recursive`,
  ]),
  "cpu.pressure",
  "memory.pressure",
  "io.pressure",
];
