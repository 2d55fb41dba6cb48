import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";

/** The problems that the specification's schema has with a parsed config.json. */
export type SchemaCheck = (config: unknown) => readonly ErrorObject[];

/** @param part of the schema: all of it, `process` or `linux/resources` */
export function specSchema(part: "" | "process" | "linux/resources" = ""): SchemaCheck {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const read = (name: string): Json => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as Json;
  const [config, linux, defs, defsLinux] = FILES.map(read) as [Json, Json, Json, Json];
  delete config["$schema"];
  for (const other of ["solaris", "windows", "vm", "zos"]) delete (config["properties"] as Json)[other];
  add(config, linux, defsLinux);
  ajv.addSchema(linux, "config-linux.json").addSchema(defs, "defs.json").addSchema(defsLinux, "defs-linux.json");
  ajv.addSchema(config, "config-schema.json");
  const pointers = {
    "": "config-schema.json",
    process: "config-schema.json#/properties/process",
    "linux/resources": "config-linux.json#/linux/properties/resources",
  };
  const validate = ajv.getSchema(pointers[part]);
  if (validate === undefined) throw new Error(`no schema of ${part}`);
  return (value) => {
    void validate(value);
    return [...(validate.errors ?? [])];
  };
}

type Json = Record<string, unknown>;

const FILES = ["config-schema.json", "config-linux.json", "defs.json", "defs-linux.json"] as const;

/** config.md and config-linux.md of 1.1, 1.2 and 1.3. */
function add(config: Json, linux: Json, defsLinux: Json): void {
  const properties = (schema: unknown): Json => (schema as { properties: Json }).properties;
  const definitions = defsLinux["definitions"] as Record<string, { enum: string[] }>;
  definitions["NamespaceType"]!.enum.push("time");
  definitions["SeccompArch"]!.enum.push(...["LOONGARCH64", "M68K", "SH", "SHEB"].map((name) => `SCMP_ARCH_${name}`));
  Object.assign(properties(properties(config)["process"]), {
    scheduler: object(
      {
        policy: { enum: ["OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE"].map((name) => `SCHED_${name}`) },
        nice: INT32,
        priority: INT32,
        flags: list({
          enum: SCHEDULER_FLAGS.map((name) => `SCHED_FLAG_${name}`),
        }),
        runtime: UINT64,
        deadline: UINT64,
        period: UINT64,
      },
      ["policy"],
    ),
    ioPriority: object(
      { class: { enum: ["RT", "BE", "IDLE"].map((name) => `IOPRIO_CLASS_${name}`) }, priority: INT32 },
      ["class"],
    ),
    execCPUAffinity: object({ initial: CPUS, final: CPUS }),
  });
  const ofLinux = properties(linux["linux"]);
  Object.assign(ofLinux, {
    timeOffsets: object({ monotonic: OFFSET, boottime: OFFSET }),
    netDevices: { type: "object", additionalProperties: object({ name: STRING }) },
    memoryPolicy: object(
      {
        mode: {
          enum: POLICIES.map((name) => `MPOL_${name}`),
        },
        nodes: STRING,
        flags: list({ enum: ["NUMA_BALANCING", "RELATIVE_NODES", "STATIC_NODES"].map((name) => `MPOL_F_${name}`) }),
      },
      ["mode"],
    ),
  });
  Object.assign(properties(ofLinux["intelRdt"]), { schemata: list(STRING), enableMonitoring: { type: "boolean" } });
}

function object(properties: object, required: readonly string[] = []): object {
  return { type: "object", properties, required };
}

function list(items: object): object {
  return { type: "array", items };
}

const SCHEDULER_FLAGS = [
  ["RESET_ON_FORK", "RECLAIM", "DL_OVERRUN", "KEEP_POLICY", "KEEP_PARAMS"],
  ["UTIL_CLAMP_MIN", "UTIL_CLAMP_MAX"],
].flat();

const POLICIES = [
  ["DEFAULT", "BIND", "INTERLEAVE", "WEIGHTED_INTERLEAVE", "PREFERRED", "PREFERRED_MANY", "LOCAL"],
].flat();

const STRING = { type: "string" };
const INT32 = { $ref: "defs.json#/definitions/int32" };
const UINT64 = { $ref: "defs.json#/definitions/uint64" };
const CPUS = { type: "string", pattern: "^[0-9, -]*$" };
const OFFSET = object({
  secs: { $ref: "defs.json#/definitions/int64" },
  nanosecs: { $ref: "defs.json#/definitions/uint32" },
});
