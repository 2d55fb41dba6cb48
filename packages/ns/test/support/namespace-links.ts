import { readlinkSync } from "node:fs";
import { type Namespace, NAMESPACES } from "../../src/index.ts";

export const KINDS = Object.keys(NAMESPACES) as Namespace[];

/** Prints a process's namespaces, one a line, in the order of {@link KINDS}. */
export const printNamespaces: string = KINDS.map((kind) => `readlink /proc/self/ns/${NAMESPACES[kind].file}`).join(
  "; ",
);

/** The kinds of namespaces in which lines that {@link printNamespaces} printed differ from this process's. */
export function newKinds(output: string): Namespace[] {
  const lines = output.split("\n");
  return KINDS.filter((kind, index) => lines[index] !== readlinkSync(`/proc/self/ns/${NAMESPACES[kind].file}`));
}
