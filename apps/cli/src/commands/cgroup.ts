import { type Cgroup, createCgroup, detect, groupsBelow, openCgroup } from "@wb/cgroup";
import { commandHelp } from "../command/help-text.ts";
import { usage } from "../flags.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { commandOrShell } from "../in-place/command-steps.ts";
import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import { printableBytes } from "../printable-bytes.ts";
import { UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { CGROUP } from "./cgroup-flags.ts";
import { cgroupSettings, cgroupValue, versionsOf } from "./cgroup-get.ts";
import { cgroupHabit, cgroupHelp } from "./cgroup-help.ts";
import { parseSettings } from "./cgroup-settings.ts";

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
  const [group, ...rest] = words;
  if (name === undefined || isHelp(name) || isHelp(group)) {
    writeAll(cgroupHelp(name ?? "") ?? commandHelp(CGROUP));
    return 0;
  }
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (subcommand === undefined && name !== "ls") throw unknown(name);
  if (group?.startsWith("-") === true)
    throw new UserError(`unknown flag: ${group}`, { hint: `see 'wb cgroup ${name} --help'; a group: ./${group}` });
  if (name === "ls") {
    list(group, rest);
    return 0;
  }
  if (group === undefined) throw usage("cgroup", `cgroup ${name} needs the name of a group`);
  await subcommand?.(group, rest);
  return 0;
}

function isHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h" || word === "-?";
}

function unknown(name: string): UserError {
  return new UserError(`there is no wb cgroup ${JSON.stringify(name)}`, {
    hint: cgroupHabit(name) ?? "see 'wb cgroup --help'",
  });
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
