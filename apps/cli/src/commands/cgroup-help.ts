/** What `wb cgroup --help` tells. */
export const CGROUP_TEXT = `Control groups, in every hierarchy of this machine, on v1 and v2.

  create NAME [KEY=VALUE...]       Make a group, and those above it
  set NAME KEY=VALUE...            Set limits, all of them or none
  get NAME [KEY]                   Print a setting as v2 writes it, or all of them
  exec NAME [--] COMMAND [ARG...]  Become a command in the group
  stat NAME                        Print what it uses and used, in bytes, microseconds and counts
  ls [NAME]                        List the groups below it, and how many processes are in them
  freeze NAME                      Stop its processes, and wait until all stand still
  thaw NAME                        Let them go on
  kill NAME                        Kill them, and wait until none is left
  rm NAME                          Remove it and what is below it, when no process is in it

A KEY is a file of cgroup v2, translated on v1, or one of v1's own: memory.max=64m, memory.swap.max=0, cpu.max=50%,
cpu.weight=50, cpuset.cpus=0-1, pids.max=100, io.max='8:0 rbps=1m', memory.limit_in_bytes=64m, cpu.shares=512. Any other
file of a group is written and read as it is: memory.zswap.max=0, cpuset.memory_migrate=1.

'wb cgroup SUBCOMMAND --help' shows more of one.`;

/** `wb cgroup SUBCOMMAND --help`; undefined where there is none. */
export function cgroupHelp(name: string): string | undefined {
  const row = Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
  return (
    row && `Usage: wb cgroup ${name} ${row.words}\n\n${row.text}\n\nExample:\n  wb cgroup ${name} ${row.example}\n`
  );
}

/** What docker, libcgroup and systemd call a subcommand. */
export function cgroupHabit(name: string): string | undefined {
  return Object.hasOwn(HABITS, name) ? `wb cgroup ${HABITS[name]}` : undefined;
}

interface Row {
  readonly words: string;
  readonly text: string;
  readonly example: string;
}

const ROWS: Readonly<Record<string, Row>> = {
  create: {
    words: "NAME [KEY=VALUE...]",
    text: "Make a group in every hierarchy, and the groups above it, with limits. When one is refused nothing is made.",
    example: "web/api memory.max=64m pids.max=100",
  },
  set: {
    words: "NAME KEY=VALUE...",
    text: `Set limits of a group, all of them or none. Sizes are 64m, 1.5g, or max for no limit; numbers are decimal. An empty
value empties cpuset.cpus and cpuset.mems, and is refused for other keys.`,
    example: "web cpu.max=50% io.max='8:0 rbps=1m'",
  },
  get: {
    words: "NAME [KEY]",
    text: `Print a setting as v2 writes it, on v1 too; a key of v1 as its file has it. Without a KEY all settings that the
group has, KEY VALUE on each line.`,
    example: "web memory.max",
  },
  exec: {
    words: "NAME [--] COMMAND [ARG...]",
    text: `Become a command that is in the group from its first instruction on. The exit status is the command's; 127 when there
is no such command, 126 when it cannot be started, 1 when the group cannot be joined.`,
    example: "web -- sh -c 'cat /proc/self/cgroup'",
  },
  stat: {
    words: "NAME",
    text: `Print what the group uses and used: memory in bytes, time in microseconds, and counts; NAME VALUE on each line.`,
    example: "web",
  },
  ls: {
    words: "[NAME]",
    text: `List the groups right below a group, or below the root of the hierarchies, and how many processes are in each and
below it (? where they cannot be read). Controls in names are written as \\x1b.`,
    example: "web",
  },
  freeze: {
    words: "NAME",
    text: "Stop the processes of a group and below it, and wait until all stand still, for 10 seconds at most.",
    example: "web",
  },
  thaw: { words: "NAME", text: "Let the processes of a frozen group go on.", example: "web" },
  kill: {
    words: "NAME",
    text: "Kill the processes of a group and below it (SIGKILL), and wait until none is left. The group stays.",
    example: "web",
  },
  rm: {
    words: "NAME",
    text: "Remove a group and those below it, when no process is in them: 'wb cgroup kill NAME' ends them.",
    example: "web",
  },
};

export const CGROUP_SUBCOMMANDS: readonly string[] = Object.keys(ROWS);

const HABITS: Readonly<Record<string, string>> = {
  delete: "rm",
  remove: "rm",
  list: "ls",
  run: "exec",
  update: "set",
  show: "get",
  inspect: "get",
  stats: "stat",
  pause: "freeze",
  unpause: "thaw",
  unfreeze: "thaw",
  resume: "thaw",
};
