import { call, MPOL, MPOL_F, type Step, step } from "@wb/syscall";
import { bitMask, parseNumberList } from "./number-list.ts";
import { maskOf, numberOf, withPrefix } from "./one-of.ts";

/** The OCI runtime-spec's `linux.memoryPolicy`, 1.3. */
export interface MemoryPolicy {
  /** `MPOL_BIND`, for example. */
  readonly mode: string;
  /** Memory nodes: `0-3,7`. */
  readonly nodes?: string;
  /** `MPOL_F_STATIC_NODES`, for example. */
  readonly flags?: readonly string[];
}

/**
 * The Step that says from which NUMA nodes the process gets memory, set_mempolicy(2). Its children inherit it. Equivalent to
 * `numactl --membind=NODES`.
 *
 * @throws RangeError for an unknown mode, flag or list of nodes, and for nodes that the mode lacks or does not take
 */
export function memoryPolicyStep({ mode, nodes = "", flags = [] }: MemoryPolicy): Step {
  const number = numberOf("linux.memoryPolicy.mode", mode, MODES) | maskOf("linux.memoryPolicy.flags", flags, FLAGS);
  if (nodes.trim() === "" && NEED_NODES.has(mode))
    throw new RangeError(
      `linux.memoryPolicy.nodes is ${JSON.stringify(nodes)}: ${mode} needs nodes, 0-3,7 for example`,
    );
  if (nodes.trim() !== "" && NO_NODES.has(mode))
    throw new RangeError(`linux.memoryPolicy.nodes is ${JSON.stringify(nodes)}: ${mode} takes none`);
  const label = ["have the memory policy", mode, nodes, ...flags].filter((word) => word !== "").join(" ");
  if (nodes.trim() === "") return step(label, [call("set_mempolicy", number, null, 0)]);
  const mask = bitMask(parseNumberList("linux.memoryPolicy.nodes", nodes, LAST_NODE));
  // get_nodes() of mm/mempolicy.c takes one bit less than it is told.
  return step(label, [call("set_mempolicy", number, mask, mask.length * 8 + 1)]);
}

/** MAX_NUMNODES less one, where CONFIG_NODES_SHIFT is its largest, 10. */
const LAST_NODE = 1023;

const MODES = withPrefix("MPOL_", MPOL);
const FLAGS = withPrefix("MPOL_F_", MPOL_F);

const NO_NODES: ReadonlySet<string> = new Set(["MPOL_DEFAULT", "MPOL_LOCAL"]);

/** MPOL_PREFERRED without nodes is MPOL_LOCAL. */
const NEED_NODES: ReadonlySet<string> = new Set([
  "MPOL_BIND",
  "MPOL_INTERLEAVE",
  "MPOL_PREFERRED_MANY",
  "MPOL_WEIGHTED_INTERLEAVE",
]);
