import type { Subgroup } from "../../runtime/lifecycle/exec-groups.ts";
import { UserError } from "../../user-error.ts";

/**
 * The groups that `exec --cgroup` names: one path for all, or of v1 `controller[,controller…]:path` any number of times.
 *
 * @throws UserError in runc's words
 */
export function parseSubgroups(words: readonly string[] = []): Subgroup[] {
  return words.map((word) => {
    const [first = "", path, ...more] = word.split(":");
    if (more.length > 0) throw new UserError(`invalid --cgroup argument: ${word}`, { hint: HINT });
    if (path !== undefined) return { controllers: first.split(","), path };
    if (words.length === 1) return { path: first };
    throw new UserError(`invalid --cgroup argument: ${word} (missing <controller>: prefix)`, { hint: HINT });
  });
}

const HINT = "--cgroup PATH, or --cgroup CONTROLLER:PATH for each hierarchy of v1";
