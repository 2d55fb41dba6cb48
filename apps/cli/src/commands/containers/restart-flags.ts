import type { CommandSpec } from "../../command/command-spec.ts";
import { STOP } from "./stop-flags.ts";

/** `wb restart`: docker-restart(1). */
export const RESTART: CommandSpec<typeof STOP.flags> = {
  name: "restart",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Stop containers, and start them again.",
  flags: STOP.flags,
  examples: ["wb restart -t 2 web"],
  completes: ["container"],
};
