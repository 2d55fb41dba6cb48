import { existsSync, writeFileSync } from "node:fs";
import { configOf, findContainer } from "../../runtime/lifecycle/find-container.ts";
import { UserError } from "../../user-error.ts";

/** Where resctrl is mounted, Documentation/filesystems/resctrl.rst. */
const RESCTRL = "/sys/fs/resctrl";

export interface Schemas {
  readonly l3: string | undefined;
  readonly bandwidth: string | undefined;
}

/**
 * Writes lines of a container's `schemata`, of a processor that shares out its cache and the bandwidth of its memory.
 *
 * @throws UserError, in runc's words, where the machine or the container has none
 */
export async function setCacheAndBandwidth(root: string, id: string, { l3, bandwidth }: Schemas): Promise<void> {
  const wanted = [
    { schema: l3, info: "L3", text: "Intel RDT/CAT: l3 cache schema is not enabled" },
    { schema: bandwidth, info: "MB", text: "Intel RDT/MBA: memory bandwidth schema is not enabled" },
  ].filter(({ schema }) => schema !== undefined && schema !== "");
  if (wanted.length === 0) return;
  findContainer(root, id);
  const group = `${RESCTRL}/${configOf(root, id).linux.intelRdt?.closID ?? id}`;
  for (const { info, text } of wanted) {
    if (!existsSync(`${RESCTRL}/info/${info}`))
      throw new UserError(text, {
        hint: `the processor has it, and resctrl is mounted: mount -t resctrl resctrl ${RESCTRL}`,
      });
    if (!existsSync(`${group}/schemata`))
      throw new UserError(text, { hint: `the container has no group ${group}: linux.intelRdt of its configuration` });
  }
  for (const { schema } of wanted) writeFileSync(`${group}/schemata`, `${schema}\n`);
}
