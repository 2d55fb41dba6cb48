import { planSpawn, userNamespaceHolder } from "@wb/ns";
import { ALL_CAPABILITIES } from "@wb/security";
import { explain, explainData, type Program, spawnSteps, value } from "@wb/syscall";
import { checkCount } from "../command/check-count.ts";
import { type Command, command, HELP_FLAG } from "../command/command.ts";
import { commandHelp } from "../command/help-text.ts";
import { newContainerId } from "../engine/container-id.ts";
import { type Container, designContainer } from "../engine/container.ts";
import { placesOf } from "../engine/containers/container-places.ts";
import { containerOptions } from "../engine/images/container-options.ts";
import { joinedNamespaces } from "../engine/joined-namespaces.ts";
import { hasNetworkFiles } from "../engine/networks/network-file-mounts.ts";
import { networkSteps } from "../engine/networks/network-steps.ts";
import { plannedRootfs } from "../engine/rootfs-source.ts";
import type { RunOptions } from "../engine/run-options.ts";
import { claimSteps } from "../engine/state.ts";
import { parseFlags, usage } from "../flags.ts";
import { callerWindowSize } from "../runtime/caller-terminal.ts";
import { isScopeName, planContainerCgroup } from "../runtime/container-cgroup.ts";
import { planContainer } from "../runtime/container-plan.ts";
import { planContainerScope } from "../runtime/container-scope.ts";
import { openNamespaces } from "../runtime/lifecycle/join-namespaces.ts";
import { cgroupLimits } from "../runtime/resources.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { terminalOwner } from "../runtime/terminal-owner.ts";
import { openTerminalSteps } from "../runtime/terminal.ts";
import { explainedRawMode } from "../runtime/termios.ts";
import { userNamespaceMaps } from "../runtime/user-namespace.ts";
import { waitForNetworks } from "../runtime/wait-for-networks.ts";
import { writeAll } from "../write-all.ts";
import { EXPLAIN } from "./explain-flags.ts";
import { RUN } from "./run-flags.ts";

/** `wb explain run …`: prints every Step and system call that the same `wb run` would make. Needs no privileges. */
export const explainCommand: Command = command(EXPLAIN, async ({ flags, words }) => {
  const [explained, ...rest] = words;
  if (explained !== "run") throw usage("explain", `cannot explain ${JSON.stringify(explained)}: only run can be`);
  // `wb explain run --json …` is what the hand types.
  const parsed = parseFlags("run", { ...RUN.flags, json: EXPLAIN.flags.json, help: HELP_FLAG }, rest, RUN.hints);
  if (parsed.flags.help === true) {
    writeAll(commandHelp(RUN));
    return 0;
  }
  checkCount(RUN, parsed);
  // An ordinary user is told what root's would do.
  process.env["WB_STATE"] ??= "/run/wb";
  const { options } = await containerOptions(parsed.flags, parsed.words, { isRoot: true });
  const joined = await joinedNamespaces(options);
  const id = newContainerId();
  using root = await plannedRootfs(options.rootfs, placesOf(id).entry);
  const parts = explainedParts(designContainer(options, root, { id, joined, files: placesOf(id).entry }), {
    before: root.before,
    interactive: options.interactive,
    options,
  });
  if (flags.json === true || parsed.flags.json === true) {
    writeAll(
      `${JSON.stringify(
        parts.map(({ process, program }) => ({ process, steps: explainData(program) })),
        null,
        2,
      )}\n`,
    );
  } else {
    writeAll(parts.map(({ process, program }) => `## ${process}\n\n${explain(program)}`).join("\n"));
  }
  return 0;
});

interface Part {
  readonly process: string;
  readonly program: Program;
}

function explainedParts(
  { spec, paths, layout, rootfs, given, filter }: Container,
  {
    before,
    interactive,
    options,
  }: { readonly before: Program; readonly interactive: boolean; readonly options: RunOptions },
): Part[] {
  const { cgroupsPath, resources } = spec.linux;
  const limits = cgroupLimits(resources, accountingOf(layout));
  const scope = isScopeName(cgroupsPath) ? planContainerScope(cgroupsPath, limits, layout) : undefined;
  const { outer, inner } = planContainerCgroup(cgroupsPath, limits, layout, scope);
  using namespaces = openNamespaces(spec.linux.namespaces);
  const { join: joins } = namespaces;
  const plan = planContainer(spec, {
    layout,
    rootfs,
    given,
    cgroup: paths.group,
    filter,
    join: joins,
    ...(hasNetworkFiles(options) ? waitForNetworks : {}),
    ...(process.geteuid?.() === 0 ? {} : { held: ROOT }),
  });
  const { join, directory } = inner.entrance;
  const planned = planSpawn(plan.argv, {
    ...plan.options,
    dieWithParent: true,
    inherit: [0, 1, 2],
    cgroup: { join, fds: {} },
  });
  const { launch, child } = spawnSteps(planned.program, {
    flags: planned.flags,
    name: plan.argv[0],
    reportAbove: planned.reportFd,
    ...(directory === undefined ? {} : { cgroup: value(directory) }),
  });
  const ownUserNamespace = userNamespaceMaps(spec) !== undefined;
  const hasTerminal = spec.process.terminal === true;
  const rawMode = hasTerminal && interactive ? explainedRawMode(0) : [];
  const terminal = hasTerminal ? openTerminalSteps({ size: callerWindowSize(), owner: terminalOwner(spec) }) : [];
  return [
    ...(before.length === 0 ? [] : [{ process: "wb: the root", program: before }]),
    {
      process: "wb: state and cgroup",
      program: [
        ...claimSteps(paths),
        ...outer.create,
        ...inner.create,
        ...rawMode,
        ...terminal,
        ...inner.entrance.open,
      ],
    },
    ...(ownUserNamespace ? [{ process: "a process whose user namespace wb opens", program: userNamespaceHolder }] : []),
    { process: "wb: the new process", program: launch },
    { process: "the new process", program: child },
    ...(options.net.mode === "networks"
      ? [{ process: "wb: its networks, while the new process waits", program: networkSteps(options) }]
      : []),
    { process: "wb: after the command has ended", program: [...inner.remove, ...outer.remove] },
  ];
}

/** Who explains has no capabilities to give; the `wb run` that is explained is root's. */
const ROOT = {
  bounding: ALL_CAPABILITIES,
  effective: ALL_CAPABILITIES,
  permitted: ALL_CAPABILITIES,
  inheritable: 0n,
  ambient: 0n,
};
