import { closeSync, openSync, writeSync } from "node:fs";
import { enter, type Namespace, type Target } from "@wb/ns";
import { call, O, type Program, step, type User, value } from "@wb/syscall";
import { describeFlags, type FlagValues, parseFlags, usage } from "../flags.ts";
import { defaultCommand, exitStatusOf } from "./run-command.ts";

/** The options of nsenter(1). */
const FLAGS = {
  all: { type: "boolean", short: "a", help: "Enter all namespaces of the target" },
  target: { type: "string", short: "t", value: "PID", help: "The process whose namespaces are entered" },
  mount: { type: "optional", short: "m", value: "FILE", help: "Enter the mount namespace" },
  uts: { type: "optional", short: "u", value: "FILE", help: "Enter the uts namespace" },
  ipc: { type: "optional", short: "i", value: "FILE", help: "Enter the ipc namespace" },
  net: { type: "optional", short: "n", value: "FILE", help: "Enter the network namespace" },
  pid: { type: "optional", short: "p", value: "FILE", help: "Enter the pid namespace" },
  cgroup: { type: "optional", short: "C", value: "FILE", help: "Enter the cgroup namespace" },
  user: { type: "optional", short: "U", value: "FILE", help: "Enter the user namespace" },
  time: { type: "optional", short: "T", value: "FILE", help: "Enter the time namespace" },
  setuid: { type: "string", short: "S", value: "UID", help: "Become this user (usual in a user namespace: 0)" },
  setgid: { type: "string", short: "G", value: "GID", help: "Become this group (usual in a user namespace: 0)" },
  "preserve-credentials": { type: "boolean", help: "Stay who you are" },
  root: { type: "optional", short: "r", value: "DIR", help: "Change the root directory, to the target's" },
  wd: { type: "optional", short: "w", value: "DIR", help: "Change the working directory, to the target's" },
  wdns: { type: "string", short: "W", value: "DIR", help: "Change the working directory, as the namespace sees it" },
  "no-fork": { type: "boolean", short: "F", help: "Accepted: the command is a process of its own in any case" },
  help: { type: "boolean", short: "h", help: "Show this" },
} as const;

type NsenterFlags = FlagValues<typeof FLAGS>;

const HELP = `Usage: wb nsenter [FLAGS] [COMMAND [ARG...]]

Run a command in the namespaces of another process, as nsenter(1) does; without one, a shell.

${describeFlags(FLAGS)}

Examples:
  wb nsenter -t 4242 -n ip addr
  wb nsenter -t 4242 -a ps -ef
  wb nsenter --net=/run/netns/blue ip link
`;

const KINDS: readonly Namespace[] = ["mount", "uts", "ipc", "net", "pid", "cgroup", "user", "time"];

/** `wb nsenter`: runs a command in the namespaces of another process. */
export async function nsenterCommand(args: readonly string[]): Promise<number> {
  const { flags, words } = parseFlags("nsenter", FLAGS, args);
  if (flags.help === true) {
    writeSync(1, HELP);
    return 0;
  }
  const { target, kinds } = targetOption(flags);
  const directories = openDirectories(flags);
  try {
    const command = await enter(target, kinds, defaultCommand(words), {
      ...userOption(flags),
      setup: directorySteps(directories),
      inputs: directories,
      inherit: Object.values(directories),
      ...(flags.wdns === undefined ? {} : { cwd: flags.wdns }),
    });
    return await exitStatusOf(command);
  } finally {
    for (const fd of Object.values(directories)) closeSync(fd);
  }
}

function targetOption(flags: NsenterFlags): {
  readonly target: Target;
  readonly kinds: readonly Namespace[] | undefined;
} {
  const pid = flags.target === undefined ? undefined : idOption("--target", flags.target);
  const files = Object.fromEntries(
    KINDS.flatMap((kind) => (typeof flags[kind] === "string" ? [[kind, flags[kind]]] : [])),
  );
  const named = KINDS.filter((kind) => flags[kind] !== undefined);
  if (pid === undefined) {
    const bare = named.find((kind) => flags[kind] === true);
    if (bare !== undefined || flags.all === true)
      throw usage(
        "nsenter",
        `no target process was named for --${bare ?? "all"}: --target PID, or --${bare ?? "net"}=FILE`,
      );
    return { target: files, kinds: named };
  }
  const ofPid = Object.fromEntries(
    named.map((kind) => [kind, files[kind] ?? `/proc/${pid}/ns/${kind === "mount" ? "mnt" : kind}`]),
  );
  if (Object.keys(files).length > 0) return { target: ofPid, kinds: named };
  return { target: pid, kinds: flags.all === true ? undefined : named };
}

function userOption(flags: NsenterFlags): { readonly user?: User } {
  const uid = flags.setuid === undefined ? undefined : idOption("--setuid", flags.setuid);
  const gid = flags.setgid === undefined ? undefined : idOption("--setgid", flags.setgid);
  const own: User = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, groups: "keep" };
  if (flags["preserve-credentials"] === true) return { user: own };
  if (uid === undefined && gid === undefined) return {};
  return {
    user: {
      uid: uid ?? (flags.user === undefined ? own.uid : 0),
      gid: gid ?? (flags.user === undefined ? own.gid : 0),
    },
  };
}

/** Opened here, where their paths mean what the person meant. */
function openDirectories({ root, wd, target }: NsenterFlags): Record<string, number> {
  const open = (path: string): number => openSync(path, O.PATH | O.DIRECTORY | O.CLOEXEC);
  return {
    ...(root === undefined ? {} : { "wanted root": open(root === true ? `/proc/${target}/root` : root) }),
    ...(wd === undefined ? {} : { "wanted directory": open(wd === true ? `/proc/${target}/cwd` : wd) }),
  };
}

function directorySteps(directories: Readonly<Record<string, number>>): Program {
  return [
    ...("wanted root" in directories
      ? [
          step("change the root directory", [
            call("fchdir", value("wanted root")),
            call("chroot", "."),
            call("chdir", "/"),
          ]),
        ]
      : []),
    ...("wanted directory" in directories
      ? [step("change the working directory", [call("fchdir", value("wanted directory"))])]
      : []),
  ];
}

function idOption(flag: string, text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw usage("nsenter", `invalid argument ${JSON.stringify(text)} for ${flag}: a number is meant`);
  return Number(text);
}
