import { type Join, joinSteps, type Namespace, type PlanOptions, untraced } from "@wb/ns";
import { domainname, hostname, ownNamespaces, sysctlSteps } from "@wb/rootfs";
import { type CapabilitySets, type SeccompFilter, sessionStep } from "@wb/security";
import type { Program } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { SpecNamespace, SpecNamespaceReference } from "../oci/spec-linux.ts";
import { keepsGroups } from "./kept-groups.ts";
import { loopbackUp } from "./loopback.ts";
import { type ProcessSteps, processSteps } from "./process-steps.ts";
import { rootBeforeUserNamespace, type RootContext, rootSteps } from "./root-steps.ts";
import { stdioOwner } from "./stdio-owner.ts";
import { controllingTerminal } from "./terminal.ts";
import { enterUserNamespace, type MappedIds, ownerOutside, userNamespaceMaps } from "./user-namespace.ts";

export interface ContainerContext extends RootContext {
  /** What the process that starts it has to give. Default: what this one has. */
  readonly held?: CapabilitySets;
  /** Namespaces to enter that the configuration names by a path. */
  readonly join?: readonly Join[];
  /** Steps before all others in its namespaces. */
  readonly begun?: Program;
  /** Steps between the set-up and the command: what a created container waits with. */
  readonly created?: Program;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
  /** The processors that its process may run on, of those of its cgroup: `all`. Default: those of the caller. */
  readonly cpus?: string;
  /** Share the caller's session keyring, `--no-new-keyring`. */
  readonly noNewKeyring?: boolean;
}

/** A container's process as data. */
export interface ContainerPlan extends Pick<ProcessSteps, "missingCapabilities" | "impossibleAmbient" | "filterFlags"> {
  readonly argv: readonly [string, ...string[]];
  readonly options: PlanOptions;
}

/**
 * Plans the process of an OCI configuration: its namespaces, and the Steps that it makes in them before its command.
 *
 * The order is the kernel's: what needs the host's /proc comes before the root changes, what needs privileges before the
 * capabilities go, and the session and keyring before anything that could be shared through them.
 */
export function planContainer(spec: CompleteSpec, context: ContainerContext): ContainerPlan {
  const { terminal = false, user } = spec.process;
  const { linux, hostname: name, domainname: domain } = spec;
  const maps = userNamespaceMaps(spec);
  const made = processSteps(spec.process, spec, {
    held: context.held,
    inUserNamespace: maps !== undefined,
    rootless: context.rootless ?? false,
    filter: context.filter,
    ...(context.cpus === undefined ? {} : { cpus: context.cpus }),
  });
  return {
    argv: spec.process.args,
    options: {
      namespaces: newNamespaces(linux.namespaces),
      ...(maps === undefined
        ? { join: context.join ?? [] }
        : {
            before: [...made.first, ...made.scheduling, ...userNamespaceSteps(spec, context, maps)],
          }),
      ...(linux.timeOffsets === undefined || !newNamespaces(linux.namespaces).includes("time")
        ? {}
        : { timeOffsets: linux.timeOffsets }),
      setup: [
        sessionStep,
        ...(context.begun ?? []),
        // In a pid namespace of others, and while it waits for its start, when others enter this one's. With a user namespace it
        // is so from before that.
        ...(maps === undefined ? [...made.first, ...made.scheduling, untraced] : []),
        ...(context.noNewKeyring === true ? [] : made.keyring),
        ...sysctlSteps(linux.sysctl ?? {}, { namespaces: ownNamespaces(linux.namespaces) }),
        ...rootSteps(spec, context),
        ...(linux.namespaces.some(({ type, path }) => type === "network" && path === undefined) ? [loopbackUp] : []),
        ...(name === undefined ? [] : [hostname(name)]),
        ...(domain === undefined ? [] : [domainname(domain)]),
        ...(terminal ? [controllingTerminal()] : maps === undefined ? stdioOwner(user.uid) : []),
        ...made.last,
        ...(context.created ?? []),
      ],
      last: made.beforeCommand,
      env: made.env,
    },
    missingCapabilities: made.missingCapabilities,
    impossibleAmbient: made.impossibleAmbient,
    filterFlags: made.filterFlags,
  };
}

/**
 * How the process comes into its user namespace. root first makes there what a user namespace may not, and enters the
 * machine's namespaces; an ordinary user can do nothing before.
 */
function userNamespaceSteps(spec: CompleteSpec, context: ContainerContext, maps: MappedIds): Program {
  const { rootless = false, join = [] } = context;
  const joining = joinSteps(join, { dropGroups: false });
  const entering = enterUserNamespace({ keepGroups: rootless || keepsGroups(spec) });
  if (rootless) return [...entering, ...joining];
  const { terminal = false, user } = spec.process;
  return [
    ...joining,
    ...rootBeforeUserNamespace(spec, context, maps),
    ...(terminal ? [] : stdioOwner(ownerOutside(maps, user).uid)),
    ...entering,
  ];
}

/** The kinds to make; that of the user is there before, and others are entered by their paths. */
function newNamespaces(references: readonly SpecNamespaceReference[]): Namespace[] {
  return references
    .filter(({ type, path }) => path === undefined && type !== "user")
    .map(({ type }) => NAMESPACES[type]);
}

/** The names that the specification gives to the kinds of namespaces. */
export const NAMESPACES: Readonly<Record<SpecNamespace, Namespace>> = {
  pid: "pid",
  network: "net",
  mount: "mount",
  ipc: "ipc",
  uts: "uts",
  user: "user",
  cgroup: "cgroup",
  time: "time",
};
