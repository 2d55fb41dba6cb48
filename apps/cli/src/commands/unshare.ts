import { readFileSync, writeSync } from "node:fs";
import { type IdMap, type Namespace, type SpawnOptions } from "@wb/ns";
import { call, CLONE, MS, PR, type Program, SIG, step } from "@wb/syscall";
import { describeFlags, type FlagValues, parseFlags, usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import { defaultCommand, runInForeground } from "./run-command.ts";

/** The options of unshare(1). */
const FLAGS = {
  mount: { type: "boolean", short: "m", help: "A new mount namespace" },
  uts: { type: "boolean", short: "u", help: "A new uts namespace: host name" },
  ipc: { type: "boolean", short: "i", help: "A new ipc namespace: message queues, semaphores, shared memory" },
  net: { type: "boolean", short: "n", help: "A new network namespace" },
  pid: { type: "boolean", short: "p", help: "A new pid namespace, of the command's children without --fork" },
  user: { type: "boolean", short: "U", help: "A new user namespace" },
  cgroup: { type: "boolean", short: "C", help: "A new cgroup namespace" },
  time: { type: "boolean", short: "T", help: "A new time namespace" },
  fork: { type: "boolean", short: "f", help: "The command is the first process of the pid namespace" },
  "map-root-user": { type: "boolean", short: "r", help: "This user is root inside (implies --user)" },
  "map-current-user": { type: "boolean", short: "c", help: "This user is itself inside (implies --user)" },
  "map-user": { type: "string", value: "UID", help: "This user is UID inside (implies --user)" },
  "map-group": { type: "string", value: "GID", help: "This group is GID inside (implies --user)" },
  "map-users": { type: "list", value: "OUTER,INNER,COUNT", help: "Map a range of users (implies --user)" },
  "map-groups": { type: "list", value: "OUTER,INNER,COUNT", help: "Map a range of groups (implies --user)" },
  "map-auto": { type: "boolean", help: "Map what /etc/subuid and /etc/subgid give this user (implies --user)" },
  "mount-proc": { type: "optional", value: "DIR", help: "Mount procfs first, on /proc (implies --mount)" },
  propagation: {
    type: "string",
    value: "private|slave|shared|unchanged",
    help: "Of the mounts in the new namespace (usual: private)",
  },
  setgroups: { type: "string", value: "allow|deny", help: "Whether setgroups(2) works in the user namespace" },
  "kill-child": { type: "optional", value: "SIGNAL", help: "Kill the command when wb ends (implies --fork)" },
  "keep-caps": { type: "boolean", help: "The command keeps the capabilities of the user namespace" },
  root: { type: "string", short: "R", value: "DIR", help: "Change the root directory" },
  wd: { type: "string", short: "w", value: "DIR", help: "Change the working directory" },
  setuid: { type: "string", short: "S", value: "UID", help: "Become this user inside" },
  setgid: { type: "string", short: "G", value: "GID", help: "Become this group inside" },
  monotonic: { type: "string", value: "SECONDS", help: "Offset of the monotonic clock in the time namespace" },
  boottime: { type: "string", value: "SECONDS", help: "Offset of the boot clock in the time namespace" },
  help: { type: "boolean", short: "h", help: "Show this" },
} as const;

type UnshareFlags = FlagValues<typeof FLAGS>;

const HELP = `Usage: wb unshare [FLAGS] [COMMAND [ARG...]]

Run a command in new namespaces, as unshare(1) does; without one, a shell.

${describeFlags(FLAGS)}

Examples:
  wb unshare -u sh -c 'hostname box; hostname'
  wb unshare -fmuipn --mount-proc ps
  wb unshare -Ur id                                     as an ordinary user
`;

/** `wb unshare`: runs a command in new namespaces. */
export async function unshareCommand(args: readonly string[]): Promise<number> {
  const { flags, words } = parseFlags("unshare", FLAGS, args);
  if (flags.help === true) {
    writeSync(1, HELP);
    return 0;
  }
  return runInForeground(defaultCommand(words), unshareOptions(flags));
}

const KINDS: readonly Namespace[] = ["mount", "uts", "ipc", "net", "pid", "user", "cgroup", "time"];

function unshareOptions(flags: UnshareFlags): SpawnOptions {
  const maps = idMaps(flags);
  const wanted = new Set<Namespace>(KINDS.filter((kind) => flags[kind] === true));
  if (maps !== undefined) wanted.add("user");
  if (flags["mount-proc"] !== undefined) wanted.add("mount");
  const fork = flags.fork === true || flags["kill-child"] !== undefined;
  const lateSetup = wanted.has("pid") && !fork ? [childrenPidNamespace] : [];
  if (lateSetup.length > 0) wanted.delete("pid");
  const offsets = timeOffsets(flags);
  return {
    namespaces: [...wanted],
    ...maps,
    ...(offsets === undefined ? {} : { timeOffsets: offsets }),
    setup: [
      ...(wanted.has("mount") ? propagation(flags.propagation ?? "private") : []),
      ...(flags["mount-proc"] === undefined
        ? []
        : [mountProc(flags["mount-proc"] === true ? "/proc" : flags["mount-proc"])]),
      ...(flags.root === undefined
        ? []
        : [step(`change the root to ${flags.root}`, [call("chroot", flags.root), call("chdir", "/")])]),
      ...lateSetup,
      ...(flags["kill-child"] === undefined ? [] : [killChild(flags["kill-child"])]),
      ...ids(flags),
    ],
    ...(flags.wd === undefined ? {} : { cwd: flags.wd }),
  };
}

/** Only the children of the caller come into it, unshare(2). */
const childrenPidNamespace = step(
  "make a pid namespace for the command's children",
  [call("unshare", CLONE.NEWPID)],
  "unshare --pid",
);

const PROPAGATION: Readonly<Record<string, number | undefined>> = {
  private: MS.PRIVATE,
  slave: MS.SLAVE,
  shared: MS.SHARED,
  unchanged: 0,
};

function propagation(word: string): Program {
  const flag = PROPAGATION[word];
  if (flag === undefined)
    throw usage(
      "unshare",
      `invalid argument ${JSON.stringify(word)} for --propagation: ${Object.keys(PROPAGATION).join(", ")}`,
    );
  return flag === 0
    ? []
    : [
        step(
          `make all mounts ${word}`,
          [call("mount", "none", "/", null, MS.REC | flag, null)],
          `mount --make-r${word} /`,
        ),
      ];
}

function mountProc(directory: string): Program[number] {
  return step(
    `mount proc on ${directory}`,
    [
      call("mount", "none", directory, null, MS.PRIVATE | MS.REC, null),
      call("mount", "proc", directory, "proc", MS.NOSUID | MS.NODEV | MS.NOEXEC, null),
    ],
    `mount -t proc proc ${directory}`,
  );
}

function killChild(name: string | true): Program[number] {
  const signal = name === true ? SIG.KILL : signalNumber(name);
  return step("be killed with the parent", [call("prctl", PR.SET_PDEATHSIG, signal)]);
}

function signalNumber(name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : SIG[name.toUpperCase().replace(/^SIG/, "") as keyof typeof SIG];
  if (number === undefined || number < 1 || number > 64)
    throw usage("unshare", `unknown signal ${JSON.stringify(name)}`);
  return number;
}

function ids({ setuid, setgid }: UnshareFlags): Program {
  const gid = setgid === undefined ? undefined : idOption("--setgid", setgid);
  const uid = setuid === undefined ? undefined : idOption("--setuid", setuid);
  return [
    ...(gid === undefined
      ? []
      : [step(`become group ${gid}`, [call("setgroups", 0, null), call("setresgid", gid, gid, gid)])]),
    ...(uid === undefined ? [] : [step(`become user ${uid}`, [call("setresuid", uid, uid, uid)])]),
  ];
}

function timeOffsets({ monotonic, boottime }: UnshareFlags): SpawnOptions["timeOffsets"] {
  if (monotonic === undefined && boottime === undefined) return undefined;
  return {
    ...(monotonic === undefined ? {} : { monotonic: secondsOption("--monotonic", monotonic) }),
    ...(boottime === undefined ? {} : { boottime: secondsOption("--boottime", boottime) }),
  };
}

interface Maps {
  readonly uidMap: readonly IdMap[];
  readonly gidMap: readonly IdMap[];
}

function idMaps(flags: UnshareFlags): Maps | undefined {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  const users = (flags["map-users"] ?? []).map((text) => rangeOption("--map-users", text));
  const groups = (flags["map-groups"] ?? []).map((text) => rangeOption("--map-groups", text));
  if (flags["map-auto"] === true) {
    users.push(...subordinate("/etc/subuid"));
    groups.push(...subordinate("/etc/subgid"));
  }
  const inner =
    flags["map-root-user"] === true
      ? { uid: 0, gid: 0 }
      : flags["map-current-user"] === true
        ? { uid, gid }
        : undefined;
  const user = flags["map-user"] === undefined ? inner?.uid : idOption("--map-user", flags["map-user"]);
  const group = flags["map-group"] === undefined ? inner?.gid : idOption("--map-group", flags["map-group"]);
  if (user !== undefined) users.unshift({ inside: user, outside: uid, count: 1 });
  if (group !== undefined) groups.unshift({ inside: group, outside: gid, count: 1 });
  return users.length + groups.length === 0
    ? undefined
    : { uidMap: withoutOverlap(users), gidMap: withoutOverlap(groups) };
}

/** A range that comes after the caller's own id and has its inner id, too, gives it up, as unshare(1) does it. */
function withoutOverlap(maps: readonly IdMap[]): IdMap[] {
  const [first, ...rest] = maps;
  if (first === undefined) return [];
  return [
    first,
    ...rest.map((map) =>
      map.inside === first.inside && map.count > 1
        ? { inside: map.inside + 1, outside: map.outside, count: map.count - 1 }
        : map,
    ),
  ];
}

/** The first range that the file gives the caller, subuid(5). */
function subordinate(file: string): IdMap[] {
  const uid = process.geteuid?.() ?? 0;
  const name = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((line) => line.split(":")[2] === String(uid))
    ?.split(":")[0];
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((one) => [name, String(uid)].includes(one.split(":")[0]));
  const [, outside, count] = line?.split(":") ?? [];
  if (outside === undefined || count === undefined)
    throw new UserError(`${file} gives user ${name ?? uid} no ids`, {
      hint: `usermod --add-sub${file.slice(-3)}s 100000-165535 ${name ?? uid}`,
    });
  return [{ inside: 0, outside: Number(outside), count: Number(count) }];
}

function rangeOption(flag: string, text: string): IdMap {
  const [outside, inside, count, ...more] = text.split(/[,:]/);
  if (outside === undefined || inside === undefined || count === undefined || more.length > 0)
    throw usage("unshare", `invalid argument ${JSON.stringify(text)} for ${flag}: OUTER,INNER,COUNT`);
  return { outside: idOption(flag, outside), inside: idOption(flag, inside), count: idOption(flag, count) };
}

function idOption(flag: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_fffe)
    throw usage("unshare", `invalid argument ${JSON.stringify(text)} for ${flag}: a number is meant`);
  return Number(text);
}

function secondsOption(flag: string, text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text))
    throw usage("unshare", `invalid argument ${JSON.stringify(text)} for ${flag}: seconds are meant`);
  return Number(text);
}
