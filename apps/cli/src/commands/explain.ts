import { planSpawn, userNamespaceHolder } from "@wb/ns";
import { ALL_CAPABILITIES } from "@wb/security";
import { explain, explainData, type Program, spawnSteps, value } from "@wb/syscall";
import { type Container, designContainer } from "../engine/container.ts";
import { plannedRootfs } from "../engine/rootfs-source.ts";
import { runOptions } from "../engine/run-options.ts";
import { claimSteps } from "../engine/state.ts";
import { describeFlags, parseFlags, usage } from "../flags.ts";
import { callerWindowSize } from "../runtime/caller-terminal.ts";
import { isScopeName, planContainerCgroup } from "../runtime/container-cgroup.ts";
import { planContainer } from "../runtime/container-plan.ts";
import { planContainerScope } from "../runtime/container-scope.ts";
import { cgroupLimits } from "../runtime/resources.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { terminalOwner } from "../runtime/terminal-owner.ts";
import { openTerminalSteps } from "../runtime/terminal.ts";
import { explainedRawMode } from "../runtime/termios.ts";
import { userNamespaceMaps } from "../runtime/user-namespace.ts";
import { writeAll } from "../write-all.ts";
import { RUN_FLAGS, RUN_HELP } from "./run-flags.ts";

const EXPLAIN_FLAGS = {
  json: { type: "boolean", help: "Print JSON" },
  help: { type: "boolean", help: "Show this" },
} as const;

/** `wb explain run …`: prints every Step and system call that the same `wb run` would make. Needs no privileges. */
export async function explainCommand(args: readonly string[]): Promise<number> {
  const { flags, words } = parseFlags("explain", EXPLAIN_FLAGS, args);
  if (flags.help === true) {
    writeAll(HELP);
    return 0;
  }
  const [command, ...rest] = words;
  if (command !== "run")
    throw usage(
      "explain",
      command === undefined ? "no command was given" : `cannot explain ${JSON.stringify(command)}: only run can be`,
    );
  // `wb explain run --json …` is what the hand types.
  const parsed = parseFlags("run", { ...RUN_FLAGS, json: EXPLAIN_FLAGS.json }, rest);
  if (parsed.flags.help === true) {
    writeAll(RUN_HELP);
    return 0;
  }
  const options = runOptions(parsed.flags, parsed.words);
  using root = await plannedRootfs(options.rootfs);
  const parts = explainedParts(designContainer(options, root), {
    before: root.before,
    interactive: options.interactive,
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
}

const HELP = `Usage: wb explain [FLAGS] run [RUN FLAGS] COMMAND [ARG...]

Print every step and system call that wb run would make, in order, with the shell command that does the same.
Nothing is done, and no privileges are needed.

${describeFlags(EXPLAIN_FLAGS)}

Example:
  wb explain run --net none --rootfs /:O -m 64m sh
`;

interface Part {
  readonly process: string;
  readonly program: Program;
}

function explainedParts(
  { spec, paths, layout, rootfs, filter }: Container,
  { before, interactive }: { readonly before: Program; readonly interactive: boolean },
): Part[] {
  const { cgroupsPath, resources } = spec.linux;
  const limits = cgroupLimits(resources, accountingOf(layout));
  const scope = isScopeName(cgroupsPath) ? planContainerScope(cgroupsPath, limits, layout) : undefined;
  const { outer, inner } = planContainerCgroup(cgroupsPath, limits, layout, scope);
  const plan = planContainer(spec, { layout, rootfs, filter, ...(process.geteuid?.() === 0 ? {} : { held: ROOT }) });
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
