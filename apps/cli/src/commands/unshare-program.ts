import { type Namespace, NAMESPACES, namespaceFlags } from "@wb/ns";
import { AT_FDCWD, call, ignoring, into, MS, O, PR, type Program, SIG, type Step, step, value } from "@wb/syscall";
import { type FlagValues, usage } from "../flags.ts";
import { credentialSteps } from "../in-place/credentials.ts";
import { fork } from "../in-place/fork.ts";
import { helper } from "../in-place/helper.ts";
import { keepCapabilities } from "../in-place/keep-caps.ts";
import { mapHelper, type Mappings, ownMaps, setgroupsControl } from "../in-place/write-maps.ts";
import { idOption, signalOption, wordOption } from "./option-values.ts";
import type { UNSHARE } from "./unshare-flags.ts";
import { mappings } from "./unshare-maps.ts";

export type UnshareFlags = FlagValues<typeof UNSHARE.flags>;

/**
 * The Steps of unshare(1) before the command, in its order: new namespaces, their id maps and clocks, the process that
 * forks, the pinned files, and what the command finds in them.
 *
 * @param order the flags as they were given
 * @throws UserError for options that are not understood, or exclude each other
 */
export function unshareProgram(flags: UnshareFlags, order: readonly string[]): Program {
  const maps = mappings(flags, order);
  const kinds = wantedKinds(flags, maps);
  const pinned = KINDS.flatMap((kind) => (typeof flags[kind] === "string" ? [pinStep(kind, flags[kind])] : []));
  const pinner = pinned.length > 0 && kinds.has("mount") ? helper("pins", "pin the namespaces", pinned) : undefined;
  const mapper = maps === undefined ? undefined : mapHelper(maps, process.geteuid?.() === 0);
  const pin = pinner?.finish ?? pinned;
  const forks = flags.fork === true || flags["kill-child"] !== undefined;
  return [
    ...(mapper?.start ?? []),
    ...(pinner?.start ?? []),
    ...unshareSteps(kinds),
    ...(mapper?.finish ?? []),
    ...timeOffsets(flags),
    ...(forks ? fork({ blocked: [SIG.INT, SIG.TERM], before: pin }) : pin),
    ...killChild(flags),
    ...(maps === undefined ? [] : ownMaps(maps)),
    ...setgroups(flags, maps),
    ...insideSteps(flags, kinds),
    ...credentials(flags),
    ...(flags["keep-caps"] === true && kinds.has("user") ? [keepCapabilities] : []),
    // Forgotten by the kernel when the ids changed.
    ...killChild(flags),
  ];
}

const KINDS = Object.keys(NAMESPACES) as Namespace[];

function wantedKinds(flags: UnshareFlags, maps: Mappings | undefined): ReadonlySet<Namespace> {
  const wanted = new Set(KINDS.filter((kind) => flags[kind] !== undefined));
  if (flags["mount-proc"] !== undefined) wanted.add("mount");
  const binfmt = flags["mount-binfmt"] !== undefined || flags["load-interp"] !== undefined;
  if (binfmt) wanted.add("mount");
  if (maps !== undefined || binfmt) wanted.add("user");
  return wanted;
}

function unshareSteps(kinds: ReadonlySet<Namespace>): Program {
  if (kinds.size === 0) return [];
  const words = [...kinds].map((kind) => `--${kind}`).join(" ");
  return [
    step(`make namespaces: ${[...kinds].join(", ")}`, [call("unshare", namespaceFlags(kinds))], `unshare ${words}`),
  ];
}

/** Namespaces of pid and time are those of the children: the process itself stays where it is. */
function pinStep(kind: Namespace, path: string): Step {
  const file = `${NAMESPACES[kind].file}${kind === "pid" || kind === "time" ? "_for_children" : ""}`;
  const source = `/proc/${process.pid}/ns/${file}`;
  return step(
    `pin the ${kind} namespace on ${path}`,
    [call("mount", source, path, null, MS.BIND, null)],
    `mount --bind ${source} ${path}`,
  );
}

function timeOffsets(flags: UnshareFlags): Program {
  const clocks = (["monotonic", "boottime"] as const).flatMap((clock) => {
    const text = flags[clock];
    return text === undefined ? [] : [{ clock, text }];
  });
  const [first] = clocks;
  if (first === undefined) return [];
  if (flags.time === undefined) throw usage("unshare", `--${first.clock} needs a time namespace: --time`);
  return clocks.map(({ clock, text }) => {
    if (!/^[+-]?\d{1,15}$/.test(text))
      throw usage("unshare", `invalid argument ${JSON.stringify(text)} for --${clock}: seconds are meant`);
    const line = `${clock} ${Number(text)} 0`;
    return step(
      `set the offset of the ${clock} clock: ${Number(text)} s`,
      [
        into("file", call("openat", AT_FDCWD, "/proc/self/timens_offsets", O.WRONLY | O.CLOEXEC, 0)),
        call("write", value("file"), line, line.length),
        call("close", value("file")),
      ],
      `echo ${line} > /proc/self/timens_offsets`,
    );
  });
}

function killChild({ "kill-child": name }: UnshareFlags): Program {
  if (name === undefined) return [];
  const signal = name === true ? SIG.KILL : signalOption("unshare", "--kill-child", name);
  return [step("be killed with the parent", [call("prctl", PR.SET_PDEATHSIG, signal)])];
}

function setgroups({ setgroups: text }: UnshareFlags, maps: Mappings | undefined): Program {
  if (text === undefined) return [];
  const word = wordOption("unshare", "--setgroups", text, ["allow", "deny"]);
  const denied = maps !== undefined && maps.groups.single !== undefined && maps.groups.ranges.length === 0;
  if (!denied) return [setgroupsControl(word)];
  if (word === "deny") return [];
  throw usage(
    "unshare",
    "--setgroups=allow and a map of the own group exclude each other",
    "the kernel maps an ordinary user's group only where setgroups(2) is denied",
  );
}

/** What the command finds: mounts, its root and working directory. */
function insideSteps(flags: UnshareFlags, kinds: ReadonlySet<Namespace>): Program {
  const word = wordOption("unshare", "--propagation", flags.propagation ?? "private", PROPAGATIONS);
  const { root, wd = root === undefined ? undefined : "/" } = flags;
  const binfmt = flags["mount-binfmt"] ?? (flags["load-interp"] === undefined ? undefined : true);
  return [
    ...(kinds.has("mount") ? propagation(word) : []),
    ...(root === undefined ? [] : [step(`change the root to ${root}`, [call("chroot", root)], `chroot ${root}`)]),
    ...(wd === undefined ? [] : [step(`change the working directory to ${wd}`, [call("chdir", wd)], `cd ${wd}`)]),
    ...mountProc(flags, word),
    ...(binfmt === undefined ? [] : binfmtSteps(binfmt === true ? BINFMT : binfmt, flags["load-interp"])),
  ];
}

const PROPAGATION = { slave: MS.SLAVE, shared: MS.SHARED, private: MS.PRIVATE, unchanged: 0 } as const;
const PROPAGATIONS = Object.keys(PROPAGATION) as (keyof typeof PROPAGATION)[];

function propagation(word: keyof typeof PROPAGATION): Program {
  if (word === "unchanged") return [];
  const made = call("mount", "none", "/", null, MS.REC | PROPAGATION[word], null);
  return [step(`make all mounts ${word}`, [made], `mount --make-r${word} /`)];
}

/** A /proc that would be seen elsewhere is made private first; a directory that is no mount cannot be (EINVAL). */
function mountProc(flags: UnshareFlags, word: keyof typeof PROPAGATION): Program {
  const option = flags["mount-proc"];
  if (option === undefined) return [];
  const directory = option === true ? "/proc" : option;
  const alone = flags.root === undefined && word !== "private";
  return [
    step(
      `mount proc on ${directory}`,
      [
        ...(alone ? [ignoring(call("mount", "none", directory, null, MS.PRIVATE | MS.REC, null), "EINVAL")] : []),
        call("mount", "proc", directory, "proc", MS.NOSUID | MS.NODEV | MS.NOEXEC, null),
      ],
      `mount -t proc proc ${directory}`,
    ),
  ];
}

const BINFMT = "/proc/sys/fs/binfmt_misc";

/** A user namespace has interpreters of its own since Linux 6.7. */
function binfmtSteps(directory: string, interpreter: string | undefined): Program {
  const flags = MS.NOSUID | MS.NODEV | MS.NOEXEC;
  return [
    step(
      `mount binfmt_misc on ${directory}`,
      [call("mount", "binfmt_misc", directory, "binfmt_misc", flags, null)],
      `mount -t binfmt_misc binfmt_misc ${directory}`,
    ),
    ...(interpreter === undefined
      ? []
      : [
          step("register the interpreter", [
            into("file", call("openat", AT_FDCWD, `${directory}/register`, O.WRONLY | O.CLOEXEC, 0)),
            call("write", value("file"), interpreter, Buffer.byteLength(interpreter)),
            call("close", value("file")),
          ]),
        ]),
  ];
}

function credentials({ setuid, setgid }: UnshareFlags): Program {
  const uid = setuid === undefined ? undefined : idOption("unshare", "--setuid", setuid);
  const gid = setgid === undefined ? undefined : idOption("unshare", "--setgid", setgid);
  return credentialSteps({ uid, gid }, gid === undefined ? "keep" : "drop");
}
