import { existsSync } from "node:fs";
import type { Netns } from "@wb/net";
import { EXIT_FAILURE } from "../../../in-place/exit-failure.ts";
import { UserError } from "../../../user-error.ts";

/** Where `ip netns add` binds namespaces. */
const NAMED = "/run/netns";

/** A network namespace as ip(8) takes it: a name before a pid; and a path. Undefined: that of this process. @throws UserError */
export function netnsOption(text: string | undefined): Netns | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text) || Number(text) === 0) return text;
  if (existsSync(`${NAMED}/${text}`)) return text;
  if (!existsSync(`/proc/${text}`))
    throw new UserError(`there is neither a network namespace ${NAMED}/${text} nor a process ${text}`, {
      hint: "wb net netns ls",
      exitStatus: EXIT_FAILURE,
    });
  return Number(text);
}
