import { LandlockError } from "./error.ts";
import { GROUPS, RIGHTS, type RightsKind } from "./rights.ts";

/** The annotation that holds the JSON of a {@link LandlockConfig}. */
export const LANDLOCK_ANNOTATION = "org.whalebox.landlock";

/**
 * A Landlock ruleset, landlock(7). Its fields are those of the proposal for the OCI runtime-spec (pull request 1111), with
 * what newer kernels have. Rights are the kernel's names: `read_file` is LANDLOCK_ACCESS_FS_READ_FILE; `all`, `read_execute`
 * and `read_write` stand for several.
 */
export interface LandlockConfig {
  /** What is denied unless a rule allows it. */
  readonly ruleset: {
    readonly handledAccessFS: readonly string[];
    readonly handledAccessNet: readonly string[];
    /** What the container may not reach outside: `abstract_unix_socket`, `signal`. */
    readonly scoped: readonly string[];
  };
  readonly rules: {
    /** Files and directories of the container, with all that is below them. */
    readonly pathBeneath: readonly { readonly paths: readonly string[]; readonly allowedAccess: readonly string[] }[];
    readonly netPort: readonly { readonly ports: readonly number[]; readonly allowedAccess: readonly string[] }[];
  };
  /** Go without the rights that the kernel lacks. Default: it is an error. */
  readonly bestEffort: boolean;
}

/**
 * The ruleset in the text of an annotation. Groups of rights are written out.
 *
 * @throws LandlockError that names the field, its value and what was expected: also for a field that is unknown
 * @example
 * parseLandlock('{"ruleset":{"scoped":["signal"]}}').ruleset.scoped; // ["signal"]
 */
export function parseLandlock(annotation: string): LandlockConfig {
  const root = fields("", parseJson(annotation), ["ruleset", "rules", "bestEffort"]);
  const ruleset = fields("ruleset", root["ruleset"] ?? {}, ["handledAccessFS", "handledAccessNet", "scoped"]);
  const rules = fields("rules", root["rules"] ?? {}, ["pathBeneath", "netPort"]);
  const handled = (kind: RightsKind): string[] => rights(`ruleset.${kind}`, ruleset[kind] ?? [], kind);
  const config: LandlockConfig = {
    ruleset: {
      handledAccessFS: handled("handledAccessFS"),
      handledAccessNet: handled("handledAccessNet"),
      scoped: handled("scoped"),
    },
    rules: {
      pathBeneath: list("rules.pathBeneath", rules["pathBeneath"] ?? []).map(([field, item]) => {
        const rule = fields(field, item, ["paths", "allowedAccess"]);
        return {
          paths: someOf(`${field}.paths`, rule["paths"], path),
          allowedAccess: allowed(field, rule, "handledAccessFS"),
        };
      }),
      netPort: list("rules.netPort", rules["netPort"] ?? []).map(([field, item]) => {
        const rule = fields(field, item, ["ports", "allowedAccess"]);
        return {
          ports: someOf(`${field}.ports`, rule["ports"], port),
          allowedAccess: allowed(field, rule, "handledAccessNet"),
        };
      }),
    },
    bestEffort: boolean("bestEffort", root["bestEffort"] ?? false),
  };
  checkHandled(config);
  return config;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LandlockError("", `the annotation is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** The kernel refuses these without a word about which rule it was. */
function checkHandled({ ruleset, rules }: LandlockConfig): void {
  if (Object.values(ruleset).every((names) => names.length === 0))
    throw new LandlockError("ruleset", "it restricts nothing", {
      hint: '{"ruleset": {"handledAccessFS": ["all"]}} denies all access to files that no rule allows',
    });
  const check = (kind: "handledAccessFS" | "handledAccessNet", field: string, names: readonly string[]): void => {
    const extra = names.filter((name) => !ruleset[kind].includes(name));
    if (extra.length > 0)
      throw new LandlockError(
        `${field}.allowedAccess`,
        `${extra.join(", ")} is not in ruleset.${kind}, so it is not denied`,
        {
          hint: `add it to ruleset.${kind}`,
        },
      );
  };
  for (const [index, { allowedAccess }] of rules.pathBeneath.entries())
    check("handledAccessFS", `rules.pathBeneath[${index}]`, allowedAccess);
  for (const [index, { allowedAccess }] of rules.netPort.entries())
    check("handledAccessNet", `rules.netPort[${index}]`, allowedAccess);
}

function allowed(field: string, rule: Fields, kind: RightsKind): string[] {
  const names = rights(`${field}.allowedAccess`, rule["allowedAccess"], kind);
  if (names.length === 0) throw expected(`${field}.allowedAccess`, [], "at least one right");
  return names;
}

function rights(field: string, content: unknown, kind: RightsKind): string[] {
  const names = list(field, content).flatMap(([place, name]) => {
    if (typeof name === "string" && Object.hasOwn(GROUPS[kind], name)) return GROUPS[kind][name] ?? [];
    if (typeof name === "string" && Object.hasOwn(RIGHTS[kind], name)) return [name];
    throw expected(place, name, `one of ${[...Object.keys(RIGHTS[kind]), ...Object.keys(GROUPS[kind])].join(", ")}`);
  });
  return [...new Set(names)];
}

function path(field: string, content: unknown): string {
  if (typeof content !== "string" || !content.startsWith("/") || content.includes("\0"))
    throw expected(field, content, "an absolute path in the container");
  return content;
}

function port(field: string, content: unknown): number {
  if (typeof content !== "number" || !Number.isInteger(content) || content < 0 || content > 65_535)
    throw expected(field, content, "a port, 0 to 65535");
  return content;
}

function boolean(field: string, content: unknown): boolean {
  if (typeof content !== "boolean") throw expected(field, content, "true or false");
  return content;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(field: string, content: unknown, known: readonly string[]): Fields {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw expected(field, content, `an object with ${known.join(", ")}`);
  const unknown = Object.keys(content).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new LandlockError(field, `unknown field ${JSON.stringify(unknown)}: expected ${known.join(", ")}`);
  return content as Fields;
}

function list(field: string, content: unknown): [place: string, item: unknown][] {
  if (!Array.isArray(content)) throw expected(field, content, "an array");
  return content.map((item: unknown, index) => [`${field}[${index}]`, item]);
}

function someOf<T>(field: string, content: unknown, parse: (place: string, item: unknown) => T): T[] {
  const items = list(field, content).map(([place, item]) => parse(place, item));
  if (items.length === 0) throw expected(field, content, "at least one");
  return items;
}

function expected(field: string, content: unknown, what: string): LandlockError {
  return new LandlockError(field, `expected ${what}, not ${JSON.stringify(content) ?? "nothing"}`);
}
