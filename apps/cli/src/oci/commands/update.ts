import { updateContainer } from "../../runtime/lifecycle/update-container.ts";
import type { Globals } from "../globals.ts";
import type { Resources } from "../resources.ts";
import { parseUsage } from "../usage.ts";
import { readJson } from "../validate/read-json.ts";
import { validateResources } from "../validate/validate-spec.ts";
import { setCacheAndBandwidth } from "./update-rdt.ts";
import { RESOURCE_FLAGS, resourcesOf } from "./update-resources.ts";

const FLAGS = {
  resources: {
    type: "string",
    short: "r",
    value: "path",
    help: "A file with linux.resources of a configuration, - for stdin; the flags below are ignored then",
  },
  ...RESOURCE_FLAGS,
  "l3-cache-schema": { type: "string", value: "schema", help: "Lines of resctrl's schemata for the L3 cache" },
  "mem-bw-schema": { type: "string", value: "schema", help: "The line for the bandwidth of the memory" },
  "kernel-memory": { type: "string", value: "bytes", help: "Taken for the sake of callers, and ignored" },
  "kernel-memory-tcp": { type: "string", value: "bytes", help: "Taken for the sake of callers, and ignored" },
} as const;

/** `wb oci update` */
export async function update(args: readonly string[], { root, log }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "update",
      words: "<container-id>",
      least: 1,
      most: 1,
      flags: FLAGS,
      help: "change the limits of a container",
    },
    args,
  );
  if (parsed === undefined) return 0;
  const { flags } = parsed;
  const [id = ""] = parsed.words;
  for (const name of ["kernel-memory", "kernel-memory-tcp"] as const)
    if (flags[name] !== undefined) log.write("warning", `Setting --${name} is ignored and will be removed`);
  const { resources } = flags;
  await setCacheAndBandwidth(root, id, { l3: flags["l3-cache-schema"], bandwidth: flags["mem-bw-schema"] });
  await updateContainer(root, id, resources === undefined ? resourcesOf(flags) : readResources(resources));
  return 0;
}

function readResources(path: string): Resources {
  const source = path === "-" ? "stdin" : path;
  return validateResources(readJson(path === "-" ? 0 : path, source), source);
}
