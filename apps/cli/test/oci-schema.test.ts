import type { ErrorObject } from "ajv";
import { array, assert, constantFrom, jsonValue, oneof, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { checkShape } from "../src/oci/validate/check-shape.ts";
import { ConfigError, type Problem } from "../src/oci/validate/config-error.ts";
import { configShape } from "../src/oci/validate/config-shape.ts";
import type { Shape } from "../src/oci/validate/shape.ts";
import { validateProcess, validateResources, validateSpec } from "../src/oci/validate/validate-spec.ts";
import { at, pathsIn, WRONG, withValue, wrongOf } from "./support/runtime-spec/changed-config.ts";
import { fullConfig } from "./support/runtime-spec/full-config.ts";
import { type SchemaCheck, specSchema } from "./support/runtime-spec/schema.ts";

/** What the schema refuses, and runc and the engines take: the field, and why. */
const MORE_LENIENT: readonly (readonly [RegExp, (value: unknown) => boolean, reason: string])[] = [
  [/[a-zA-Z]$/, (value) => value === null, "null says nothing, as in Go"],
  [/[a-zA-Z]$/, (value) => value === "", "an empty text says nothing, as in Go"],
  [
    /\/fileMode$/,
    (value) => Number.isInteger(value),
    "an uint32 of Go; engines write special bits, which are above 512",
  ],
  [
    /\/rootfsPropagation$/,
    (value) => /^r(shared|slave|private|unbindable)$/.test(String(value)),
    "docker writes rslave",
  ],
  [/\/resources\/pids$/, (value) => value !== null, "the limit is optional since 1.3"],
];

/** What the schema takes, and the text, the kernel or runc refuse: the field that is told. */
const STRICTER: readonly (readonly [RegExp, reason: string])[] = [
  [/^ociVersion$/, "SemVer 1.x.y"],
  [/^root$/, "there has to be one"],
  [/^root\.path$/, "not empty"],
  [/^process\.cwd$/, "absolute"],
  [/^process\.args$/, "not empty"],
  [/^(process|hooks\..*)\.env\[\d+\]$/, "NAME=value"],
  [/^process\.user\.(uid|gid|additionalGids\[\d+\])$/, "(uid_t) -1 is none"],
  [/^process\.user\.umask$/, "umask(2)"],
  [/^process\.oomScoreAdj$/, "proc(5)"],
  [/^process\.rlimits\[\d+\]\.(type|soft)$/, "prlimit(2)"],
  [/^process\.scheduler\.\w+$/, "sched_setattr(2)"],
  [/^process\.ioPriority\.priority$/, "ioprio_set(2)"],
  [/^process\.consoleSize\.\w+$/, "struct winsize"],
  [/^mounts\[\d+\]\.destination$/, "not empty"],
  [/^(mounts\[\d+\]|linux)\.[ug]idMappings/, "user_namespaces(7), mount_setattr(2)"],
  [/^hooks\.\w+\[\d+\]\.path$/, "absolute"],
  [/^hooks\.\w+\[\d+\]\.timeout$/, "an integer that counts exactly"],
  [/^linux\.namespaces\[\d+\]\.(type|path)$/, "each once, by an absolute path"],
  [/^(hostname|domainname|linux\.(maskedPaths|readonlyPaths|timeOffsets|netDevices))$/, "needs a namespace"],
  [/^linux\.(maskedPaths|readonlyPaths)\[\d+\]$/, "absolute"],
  [/^linux\.timeOffsets\.\w+\.nanosecs$/, "less than a second"],
  [/^linux\.netDevices/, "names of devices"],
  [/^linux\.devices\[\d+\]\.(path|major|minor)$/, "mknod(2)"],
  [/^linux\.resources\.devices\[\d+\]\.(type|access)$/, "config-linux.md lists them"],
  [/^linux\.resources\.blockIO\.throttle\w+\[\d+\]\.rate$/, "config-linux.md: required"],
  [/^linux\.resources\.network\.priorities\[\d+\]\.name$/, "not empty"],
  [/^linux\.intelRdt\.(closID|schemata|l3CacheSchema)/, "resctrl.rst"],
  [/^linux\.personality\.domain$/, "config-linux.md: required"],
  [/^linux\.sysctl\[/, "of a namespace"],
  [/^linux\.seccomp\.(defaultAction|defaultErrnoRet|listenerPath)$/, "config-linux.md, Seccomp"],
  [/^linux\.seccomp\.syscalls\[\d+\]\.(action|errnoRet|args\[\d+\]\.index)$/, "config-linux.md, Seccomp"],
];

const FULL = fullConfig();
/** The problems that are told, all of them. */
function problemsOf(validate: (json: unknown) => unknown, json: unknown): readonly Problem[] {
  try {
    validate(json);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError) || error.problems.length === 0) throw error;
    // In one line, short, without what only a programmer knows.
    if (/[\n\0]|undefined|object Object/.test(error.message) || error.message.length > 3000) throw error;
    return error.problems;
  }
}

/** What the two do not agree on, but for what is named above. */
function disagreements(
  config: unknown,
  validate: (json: unknown) => unknown,
  schema: SchemaCheck,
  prefix = "",
): (ErrorObject | Problem)[] {
  const own = problemsOf(validate, config);
  // What is in an anyOf is told by itself.
  const theirs = schema(config).filter(({ keyword }) => keyword !== "anyOf");
  if (own.length === 0) return theirs.filter((error) => !isLenient(config, error, prefix));
  return theirs.length > 0 ? [] : own.filter((problem) => !isStricter(problem, prefix));
}

function isLenient(config: unknown, { instancePath }: ErrorObject, prefix: string): boolean {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = at(config, keys);
  return MORE_LENIENT.some(
    ([pattern, accepts]) => pattern.test(`/${prefix.replaceAll(".", "/")}${instancePath}`) && accepts(value),
  );
}

function isStricter({ path, message }: Problem, prefix: string): boolean {
  // Rounded, 2⁶⁴ is in the schema's range. Names and values with NUL, and empty keys, are strings to it.
  if (/NUL byte|^"" is one of the keys|is too (large|small)/.test(message)) return true;
  // As a table's, ".{1,}" does not match a line end.
  if (/\[".*\\n.*"\]$/.test(path)) return true;
  const name = [prefix, path].filter((part) => part !== "").join(".");
  return STRICTER.some(([pattern]) => pattern.test(name));
}

describe("validateSpec() and the schema of the specification", () => {
  const schema = specSchema();

  test("take a configuration with every field", () => {
    expect(schema(fullConfig())).toEqual([]);
    expect(validateSpec(fullConfig())).toEqual(fullConfig());
  });

  test("know the same fields: that configuration has each field of the tables", () => {
    expect(missingFields(configShape, fullConfig())).toEqual([]);
  });

  test.each(pathsIn(FULL).map((path) => [path.join("."), path] as const))("agree on what %s may be", (_, path) => {
    expect(wrongOf(path).flatMap((wrong) => disagreements(withValue(FULL, path, wrong), validateSpec, schema))).toEqual(
      [],
    );
  });

  test("agree on configurations with several random changes, and on any JSON", () => {
    const paths = pathsIn(FULL).filter(({ length }) => length > 0);
    const change = tuple(constantFrom(...paths), oneof(constantFrom(...WRONG), jsonValue()));
    const changes = array(change, { minLength: 1, maxLength: 4 });
    const configs = changes.map((all) =>
      all.reduce<unknown>((config, [path, value]) => withValue(config, path, value), FULL),
    );
    assert(
      property(oneof(configs, jsonValue()), (config) => {
        expect(disagreements(config, validateSpec, schema)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe.each([
  ["validateProcess()", validateProcess, "process", ["process"]],
  ["validateResources()", validateResources, "linux/resources", ["linux", "resources"]],
] as const)("%s and the schema", (_title, validate, part, place) => {
  const schema = specSchema(part);
  const full = at(fullConfig(), place);

  test("take one with every field", () => {
    expect(schema(full)).toEqual([]);
    expect(validate(full)).toEqual(full);
  });

  test("agree on what every field may be", () => {
    const changed = pathsIn(full).flatMap((path) => wrongOf(path).map((wrong) => withValue(full, path, wrong)));
    expect(changed.flatMap((json) => disagreements(json, validate, schema, place.join(".")))).toEqual([]);
  });
});

test("checkShape() leaves out what the specification does not have", () => {
  const unknown = { ...fullConfig(), more: { a: 1 }, __proto__: { evil: true } };
  expect(Object.keys(checkShape(unknown, configShape, "", []) as object)).not.toContain("more");
});

/** Fields of a shape that a value has nowhere. */
function missingFields(shape: Shape, value: unknown, path = ""): string[] {
  if (shape.kind === "list") {
    const members = value as unknown[];
    const missing = members.map((member) => missingFields(shape.of, member, `${path}[]`));
    return missing.reduce((all, some) => all.filter((field) => some.includes(field)));
  }
  if (shape.kind === "map") return missingFields(shape.of, Object.values(value as object)[0], `${path}.*`);
  if (shape.kind !== "record") return [];
  return [...shape.fields].flatMap(([name, field]) => {
    const inner = (value as Record<string, unknown>)[name];
    return inner === undefined ? [`${path}.${name}`] : missingFields(field, inner, `${path}.${name}`);
  });
}
