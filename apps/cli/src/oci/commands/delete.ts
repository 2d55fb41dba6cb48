import { containerIds } from "../../runtime/lifecycle/container-files.ts";
import { deleteContainer } from "../../runtime/lifecycle/delete-container.ts";
import { UserError } from "../../user-error.ts";
import { errorText } from "../error-text.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

const FLAGS = {
  force: { type: "boolean", short: "f", help: "Kill it if it runs, and take one that is not there for deleted" },
  regex: { type: "boolean", help: "The id is a regular expression, and all that match are deleted, as crun has it" },
} as const;

/** `wb oci delete` */
export async function deleteCommand(args: readonly string[], { root, log }: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "delete", words: "<container-id>", least: 1, most: 1, flags: FLAGS, help: "delete a container" },
    args,
  );
  if (parsed === undefined) return 0;
  const [id = ""] = parsed.words;
  const { force = false, regex = false } = parsed.flags;
  const warn = (message: string): void => log.write("warning", message);
  if (!regex) {
    await deleteContainer(root, id, { force, warn });
    return 0;
  }
  const ids = matching(root, id);
  let deleted = 0;
  for (const found of ids) {
    try {
      await deleteContainer(root, found, { force, warn });
      deleted++;
    } catch (error) {
      // The others go all the same, and one that runs may have been matched by chance: crun warns, too.
      warn(errorText(error));
    }
  }
  return ids.length > 0 && deleted === 0 ? 1 : 0;
}

/** It may match a part of an id, regexec(3). */
function matching(root: string, pattern: string): string[] {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (cause) {
    throw new UserError(`${JSON.stringify(pattern)} is no regular expression`, { cause });
  }
  return containerIds(root).filter((id) => expression.test(id));
}
