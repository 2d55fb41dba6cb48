import { type Cgroup, createCgroup, detect, groupsBelow, openCgroup } from "@wb/cgroup";
import { usage } from "../flags.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { commandOrShell } from "../in-place/command-steps.ts";
import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import { printableBytes } from "../printable-bytes.ts";
import { UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { cgroupSettings, cgroupValue, versionsOf } from "./cgroup-get.ts";
import { parseSettings } from "./cgroup-settings.ts";

const HELP = `Usage: wb cgroup SUBCOMMAND NAME ...

Control groups, in every hierarchy of this machine, on v1 and v2.

  create NAME [KEY=VALUE...]   Make a group, and those above it
  set NAME KEY=VALUE...        Set limits, all of them or none
  get NAME [KEY]               Print a setting as v2 writes it, or all of them
  exec NAME COMMAND [ARG...]   Become a command in the group
  stat NAME                    Print what it uses and used, in bytes, microseconds and counts
  ls [NAME]                    List the groups below it, and how many processes are in them
  freeze NAME                  Stop its processes, and wait until all stand still
  thaw NAME                    Let them go on
  kill NAME                    Kill them, and wait until none is left
  rm NAME                      Remove it and what is below it, when no process is in it

A KEY is a file of cgroup v2, translated on v1, or one of v1's own: memory.max=64m, memory.swap.max=0, cpu.max=50%,
cpu.weight=50, cpuset.cpus=0-1, pids.max=100, io.max='8:0 rbps=1m', memory.limit_in_bytes=64m, cpu.shares=512. Any other
file of a group is written and read as it is: memory.zswap.max=0, cpuset.memory_migrate=1.

Examples:
  wb cgroup create web memory.max=64m pids.max=100
  wb cgroup exec web sh -c 'cat /proc/self/cgroup'
  wb cgroup kill web && wb cgroup rm web
`;

type Subcommand = (name: string, words: readonly string[]) => Promise<void> | void;

const SUBCOMMANDS: Readonly<Record<string, Subcommand | undefined>> = {
  create: (name, words) => {
    const layout = detect();
    createCgroup(name, parseSettings(words, versionsOf(layout)), { layout }).close();
  },
  set: (name, words) => {
    if (words.length === 0) throw usage("cgroup", "cgroup set needs a setting: memory.max=64m");
    const group = openCgroup(name);
    group.apply(parseSettings(words, versionsOf(group.layout)));
  },
  get: (name, [key, extra]) => {
    if (extra !== undefined) throw usage("cgroup", `unexpected argument ${JSON.stringify(extra)}`);
    const group = existing(openCgroup(name));
    writeAll(`${key === undefined ? cgroupSettings(group).join("\n") : cgroupValue(group, key)}\n`);
  },
  exec: (name, [first, ...rest]) => {
    // getopt(3) leaves it away, which cgexec(1) and docker use.
    const words = first === "--" || first === undefined ? rest : [first, ...rest];
    if (words.length === 0) throw usage("cgroup", "cgroup exec needs a command");
    const { join, fds } = openCgroup(name, { cloneInto: false }).entrance();
    becomeCommand(join, commandOrShell(words), { inputs: fds, inherit: Object.values(fds), failure: EXIT_FAILURE });
  },
  stat: alone((group) => writeAll(`${linesOf(group.stats()).join("\n")}\n`)),
  freeze: alone(async (group) => group.freeze()),
  thaw: alone(async (group) => group.thaw()),
  kill: alone(async (group) => existing(group).kill()),
  rm: alone(async (group) => existing(group).remove({ timeout: REMOVAL })),
};

/** Milliseconds in which a group that has just become empty can be removed. */
const REMOVAL = 1000;

/** `wb cgroup`: what cgcreate, cgset, cgget, cgexec, cgdelete and lscgroup of libcgroup do, on either version. */
export async function cgroupCommand([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || words[0] === "--help") {
    writeAll(HELP);
    return 0;
  }
  const [group, ...rest] = words;
  if (name === "ls") {
    list(group, rest);
    return 0;
  }
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (subcommand === undefined) throw usage("cgroup", `there is no wb cgroup ${JSON.stringify(name)}`);
  if (group === undefined) throw usage("cgroup", `cgroup ${name} needs the name of a group`);
  await subcommand(group, rest);
  return 0;
}

/** A subcommand that takes a group and nothing else. */
function alone(action: (group: Cgroup) => Promise<void> | void): Subcommand {
  return async (name, [extra]) => {
    if (extra !== undefined) throw usage("cgroup", `unexpected argument ${JSON.stringify(extra)}`);
    await action(openCgroup(name));
  };
}

/** For the library it is no error to clean up where there is nothing; for who types a name it is. */
function existing(group: Cgroup): Cgroup {
  if (group.exists()) return group;
  throw new UserError(`there is no cgroup ${group.path}`, { hint: "see 'wb cgroup ls'" });
}

/** `memory.current 4096`, one line for each number. */
function linesOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${prefix} ${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => linesOf(inner, prefix === "" ? key : `${prefix}.${key}`));
}

function list(name: string | undefined, [extra]: readonly string[]): void {
  if (extra !== undefined) throw usage("cgroup", `unexpected argument ${JSON.stringify(extra)}`);
  const path = name === undefined || /^\/*$/.test(name) ? "" : existing(openCgroup(name)).path;
  for (const { name: below, pids } of groupsBelow({ path, layout: detect() })) {
    const line = `${printableBytes(Buffer.concat([Buffer.from(`${path}/`), below]))} ${pids?.length ?? "?"}\n`;
    writeAll(line);
  }
}
