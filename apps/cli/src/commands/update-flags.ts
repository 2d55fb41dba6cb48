import type { CommandSpec } from "../command/command-spec.ts";
import { UPDATE_FLAGS } from "./resource-flags.ts";

const RESTART = {
  restart: {
    type: "string",
    value: "string",
    help: "What happens when it ends: no, on-failure[:N], always or unless-stopped",
    values: ["no", "on-failure", "always", "unless-stopped"],
  },
} as const;

/** `wb update`: docker-update(1). */
export const UPDATE: CommandSpec<typeof UPDATE_FLAGS & typeof RESTART> = {
  name: "update",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Change the limits of containers, now and for their next start. All limits of a container are changed, or none.",
  flags: { ...UPDATE_FLAGS, ...RESTART },
  examples: ["wb update -m 512m --cpus 1.5 web", "wb update --restart unless-stopped web"],
  completes: ["container"],
};
