import {
  CLONE,
  call,
  type Integer,
  type Program,
  step,
  tell,
  type User,
  userSteps,
  type Value,
  value,
} from "@wb/syscall";
import { checkPlan } from "./check-plan.ts";
import { closeOthers } from "./close-others.ts";
import { closeOnExec, commandSteps, dieWithParent as dieWithParentStep } from "./command.ts";
import { SUPERVISED } from "./handover.ts";
import type { IdMap } from "./id-map.ts";
import { type Join, joinSteps } from "./join.ts";
import { type Namespace, NAMESPACES, namespaceFlags } from "./namespace.ts";
import { openOffsets, type RootInside, successor, type TimeOffsets, timeNamespace, userNamespace } from "./stages.ts";
import { SUPERVISOR, type Supervisor, supervised } from "./supervisor.ts";

/** How a process comes into a cgroup: `entrance()` of `@wb/cgroup` gives this. */
export interface CgroupEntrance {
  /** Steps of the new process, before its namespaces: they join the v1 hierarchies. */
  readonly join: Program;
  /** The cells of `join`: file descriptors of this process, which the new one inherits. */
  readonly fds: Readonly<Record<string, number>>;
  /** The v2 group's directory, for CLONE_INTO_CGROUP; none where there is no v2 tree. Since Linux 5.7. */
  readonly directory?: number;
}

/** What decides a new process's Program; {@link SpawnOptions} has also what only its parent needs. */
export interface PlanOptions {
  /** The kinds of namespaces to make for it. */
  readonly namespaces?: readonly Namespace[];
  /**
   * Steps of a first stage, in the caller's namespaces, from which the process with the new ones is then cloned: it begins
   * with the first stage's cells, file descriptors, credentials and working directory. For what nobody may do any more in a
   * user namespace that these Steps enter at their end.
   */
  readonly before?: Program;
  /** Namespaces to enter, before new ones are made in them, setns(2). {@link enter} finds those of a process. */
  readonly join?: readonly Join[];
  /** Ids of the new user namespace. Default: none, and who is in it has the overflow id 65534. */
  readonly uidMap?: readonly IdMap[];
  readonly gidMap?: readonly IdMap[];
  /**
   * Whether setgroups(2) is allowed in the new user namespace. Default: as the kernel has it, and `deny` where an
   * unprivileged process maps its own group, which the kernel asks for.
   */
  readonly setgroups?: "allow" | "deny";
  /**
   * Paths on which new namespaces are pinned before the command runs, as {@link pin} does it: they outlive it,
   * `unshare --net=PATH`.
   */
  readonly pins?: Readonly<Partial<Record<Namespace, string>>>;
  /** Clocks of the new time namespace, in seconds after the host's. */
  readonly timeOffsets?: TimeOffsets;
  /** Steps that the new process makes before the command, in order: `switchRoot(root)` of `@wb/rootfs`, for example. */
  readonly setup?: Program;
  /** Values of cells that `setup` uses. */
  readonly inputs?: Readonly<Record<string, Integer>>;
  /** File descriptors of this process that `setup` uses, by the same numbers; the command does not get them. */
  readonly inherit?: readonly number[];
  /** The command's environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the command starts, inside its root. Default: where `setup` leaves the process. */
  readonly cwd?: string;
  /** What the command sees as its name. Default: the first word. */
  readonly argv0?: string;
  /** Who the command is. Default: who the process is after `setup`. */
  readonly user?: User;
  /** More file descriptors for the command: number there → number here. */
  readonly fds?: Readonly<Record<number, number>>;
  /** The cgroup that the process is in before its first other Step. */
  readonly cgroup?: CgroupEntrance;
  /** Steps directly before the command's execve(2): a seccomp filter need allow nothing else then. */
  readonly last?: Program;
  /** Nobody follows the process to its command: these are the Steps where that cannot be executed, with what -errno is in. */
  readonly unfollowed?: (errno: Value) => Program;
  /** A process that stays as the new one's parent, of {@link create}. */
  readonly supervisor?: Supervisor;
  /** Kill the command when the thread that started it ends, `--kill-child`. Default false. */
  readonly dieWithParent?: boolean;
}

/** A new process as data. */
export interface SpawnPlan {
  /** What the new process does. */
  readonly program: Program;
  /** Flags for clone3(2). */
  readonly flags: number;
  readonly inherit: readonly number[];
  readonly reportFd: number;
  /** Whether the Program waits for a byte in the cell `go`. */
  readonly waits: boolean;
  readonly inputs: Readonly<Record<string, Integer>>;
}

/** Cells of the command's stdin, stdout and stderr. */
export const STDIO = ["stdin", "stdout", "stderr"] as const;

/**
 * Plans a process without making one: `explain(plan.program)` prints what it would do.
 *
 * A process that makes a user or a time namespace, or enters one of processes, has two stages: the first does that, waits
 * for the parent's id maps, and clones the second into the rest.
 *
 * @throws TypeError for options that do not go together, RangeError for ids and offsets that cannot be
 */
export function planSpawn(argv: readonly [string, ...string[]], options: PlanOptions = {}): SpawnPlan {
  checkPlan(options);
  const { namespaces = [], join = [], setup = [], fds = {}, cgroup, inherit = [], timeOffsets } = options;
  const kinds = new Set(namespaces);
  const staged = isStaged(options);
  const flags = namespaceFlags([...kinds].filter((kind) => !(staged ? OF_FIRST_STAGE : OF_ONE_STAGE).has(kind)));
  const inherited = [
    ...inherit,
    ...Object.values(cgroup?.fds ?? {}),
    ...Object.values(fds),
    ...join.map(({ fd }) => fd),
  ];
  const { supervisor } = options;
  const { [SUPERVISED]: told, [SUPERVISOR]: image } = options.inputs ?? {};
  const cgroupDirectory = supervisor === undefined ? undefined : cgroup?.directory;
  const ofSupervisor = [...(supervisor?.inherit ?? []), ...(cgroupDirectory === undefined ? [] : [cgroupDirectory])];
  const reportFd = Math.max(2, ...inherited, ...ofSupervisor, ...Object.keys(fds).map(Number)) + 1;
  const parentDeath = options.dieWithParent === true ? [dieWithParentStep] : [];
  const program: Program = [
    closeOthers([...inherited, ...ofSupervisor, reportFd]),
    ...(supervisor === undefined
      ? []
      : supervised(supervisor, {
          flags: staged ? 0 : flags,
          cgroup: cgroupDirectory,
          inherit: [...inherited.filter((fd) => fd !== told && fd !== image), reportFd],
        })),
    ...parentDeath,
    ...(cgroup?.join ?? []),
    ...(hasOffsets(timeOffsets) ? [openOffsets] : []),
    ...(options.before ?? []),
    ...joinSteps(join, { dropGroups: dropsGroups(options.user) }),
    ...(kinds.has("user") ? userNamespace(rootInside(options)) : []),
    ...(kinds.has("time") ? [timeNamespace(timeOffsets)] : []),
    ...(staged ? successor(flags) : []),
    // Of another process, or forgotten by the kernel when a user namespace was entered.
    ...(staged || join.length > 0 ? parentDeath : []),
    ...(kinds.has("cgroup") && !staged ? [cgroupNamespace] : []),
    ...setup,
    ...(options.user === undefined ? [] : userSteps(options.user)),
    // Forgotten by the kernel when the process's ids changed.
    ...parentDeath,
    ...commandSteps({
      argv,
      ...(options.argv0 === undefined ? {} : { argv0: options.argv0 }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
      fds: { ...stdioCells(), ...fds },
      reportFd,
      marked: setup.includes(closeOnExec),
      last: [...(options.unfollowed === undefined ? [tell("ready")] : []), ...(options.last ?? [])],
      ...(options.unfollowed === undefined ? {} : { otherwise: options.unfollowed }),
    }),
  ];
  return {
    program,
    flags: staged || supervisor !== undefined ? 0 : flags,
    inherit: [...inherited, ...ofSupervisor],
    reportFd,
    waits: staged,
    inputs: { ...options.inputs, ...cgroup?.fds },
  };
}

/** Whether the process has two stages: what it enters or makes counts for its children only, or the one must come before the other. */
export function isStaged({ namespaces = [], join = [], before = [], pins = {} }: PlanOptions): boolean {
  if (before.length > 0) return true;
  // The second waits until they are pinned.
  if (Object.keys(pins).length > 0) return true;
  if (namespaces.some((kind) => OF_FIRST_STAGE.has(kind))) return true;
  if (join.some(({ kinds }) => kinds.includes("pid") || kinds.includes("time"))) return true;
  return join.length > 0 && namespaces.some((kind) => !OF_ONE_STAGE.has(kind));
}

function hasOffsets(offsets: TimeOffsets = {}): boolean {
  return Object.keys(offsets).length > 0;
}

function dropsGroups(user: User | undefined): boolean {
  return user !== undefined && (user.groups ?? []).length === 0;
}

function rootInside({ uidMap, gidMap }: PlanOptions): RootInside {
  const hasRoot = (map: readonly IdMap[] | undefined): boolean => map?.some(({ inside }) => inside === 0) ?? false;
  return { dropGroups: process.geteuid?.() === 0, uid: hasRoot(uidMap), gid: hasRoot(gidMap) };
}

/** Made by the first of two stages itself, and the second is cloned into the others. */
const OF_FIRST_STAGE: ReadonlySet<Namespace> = new Set(["user", "time"]);

/** Made by a process of one stage itself: a cgroup namespace shows as its root where its maker is by then. */
const OF_ONE_STAGE: ReadonlySet<Namespace> = new Set(["cgroup"]);

const cgroupNamespace = step(
  "make a cgroup namespace",
  [call("unshare", CLONE.NEWCGROUP)],
  `unshare ${NAMESPACES.cgroup.unshare}`,
);

function stdioCells(): Record<number, Value> {
  return Object.fromEntries(STDIO.map((name, fd) => [fd, value(name)]));
}
