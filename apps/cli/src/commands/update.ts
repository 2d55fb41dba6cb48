import { detect, type Layout, openScope } from "@wb/cgroup";
import { cgroupsPath } from "../engine/container.ts";
import { findContainer } from "../engine/find-container.ts";
import { type ResourceOptions, resourceOptions } from "../engine/resource-options.ts";
import { resourcesOf } from "../engine/resources-of.ts";
import { lockUpdates } from "../engine/update-lock.ts";
import { describeFlags, type Flags, parseFlags, usage } from "../flags.ts";
import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import type { MemoryResources } from "../oci/resources.ts";
import { messageOf, reportError } from "../report-error.ts";
import { openContainerCgroup } from "../runtime/container-cgroup.ts";
import { scopeLimits } from "../runtime/container-scope.ts";
import { cgroupLimits } from "../runtime/resources.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { toOci } from "../runtime/resources/sizes.ts";
import { updateLimits } from "../runtime/update-limits.ts";
import { UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { currentLimits, limitsOf } from "./current-limits.ts";
import { UPDATE_FLAGS } from "./resource-flags.ts";

const FLAGS: typeof UPDATE_FLAGS & { readonly help: Flags[string] & { readonly type: "boolean" } } = {
  ...UPDATE_FLAGS,
  help: { type: "boolean", help: "Show this" },
};

const HELP = `Usage: wb update [FLAGS] CONTAINER [CONTAINER...]

Change the limits of containers that run: by name, by id, or by the beginning of an id. All limits of a container are
changed, or none.

${describeFlags(FLAGS)}

Example:
  wb update -m 512m --cpus 1.5 web
`;

const HINTS: ReadonlyMap<string, string> = new Map([["--restart", "wb runs in the foreground only"]]);

/** `wb update`: docker-update(1). Prints each container that was changed, as it was named. */
export function updateCommand(args: readonly string[]): number {
  const { flags, words } = parseBoth(args);
  const { help, ...given } = flags;
  if (help === true) {
    writeAll(HELP);
    return 0;
  }
  if (words.length === 0) throw usage("update", "no container was given");
  if (Object.keys(given).length === 0) throw usage("update", "no limit was given");
  const options = resourceOptions("update", given);
  if (process.geteuid?.() !== 0)
    throw new UserError("permission denied: wb update needs root", { hint: "sudo wb update …" });
  const layout = detect();
  let status = 0;
  for (const word of words) if (!isUpdated(word, options, layout)) status = EXIT_FAILURE;
  return status;
}

/** Flags may also come after the containers, as docker takes them. */
function parseBoth(args: readonly string[]): ReturnType<typeof parseFlags<typeof FLAGS>> {
  const { flags, words } = parseFlags("update", FLAGS, args, HINTS);
  const [container, ...rest] = words;
  if (container === undefined) return { flags, words };
  const behind = parseBoth(rest);
  return { flags: { ...flags, ...behind.flags }, words: [container, ...behind.words] };
}

/** One that cannot be changed does not stand in the way of the others. */
function isUpdated(word: string, options: ResourceOptions, layout: Layout): boolean {
  try {
    update(findContainer(word), options, layout);
  } catch (error) {
    reportError(asUserError(word, error), { debug: false, failure: EXIT_FAILURE });
    return false;
  }
  writeAll(`${word}\n`);
  return true;
}

function asUserError(word: string, cause: unknown): unknown {
  return cause instanceof UserError ? cause : new UserError(`cannot update ${word}: ${messageOf(cause)}`, { cause });
}

function update(id: string, options: ResourceOptions, layout: Layout): void {
  using _lock = lockUpdates(id);
  const path = cgroupsPath(id);
  const group = openContainerCgroup(path, layout);
  if (!group.outer.exists() || !group.inner.exists())
    throw new UserError(`the container ${id.slice(0, 12)} does not run`, { hint: "limits change while it runs" });
  const resources = resourcesOf(options);
  const memory = resources.memory === undefined ? {} : { memory: withOther(resources.memory, group.outer) };
  const wanted = cgroupLimits({ ...resources, ...memory }, accountingOf(layout));
  const now = { outer: currentLimits(group.outer, wanted), inner: currentLimits(group.inner, wanted) };
  if (!path.endsWith(".scope")) return updateLimits(group, { now, wanted: { outer: wanted, inner: wanted } });
  const outer = openScope(path, { layout, manager: "system" });
  updateLimits({ ...group, outer }, { now, wanted: { outer: scopeLimits(wanted), inner: wanted } });
}

/** Memory and swap are counted together: the one that was not given stays what it is, as docker has it. */
function withOther(memory: MemoryResources, group: Parameters<typeof limitsOf>[0]): MemoryResources {
  const { limit, swap } = memory;
  if (limit === undefined && swap === undefined) return memory;
  const max = toOci(limitsOf(group, ["memory.max"]).memory?.max) ?? -1;
  if (limit === undefined) return { ...memory, limit: max };
  if (swap !== undefined || !accountingOf(group.layout).swap || max < 0) return memory;
  const alone = toOci(limitsOf(group, ["memory.swap.max"]).memory?.swapMax) ?? -1;
  if (alone < 0) return memory;
  if (limit > max + alone)
    throw new UserError(`-m, --memory, ${limit} bytes, is above the limit of memory and swap, ${max + alone} bytes`, {
      hint: "give --memory-swap at the same time",
    });
  return { ...memory, swap: max + alone };
}
