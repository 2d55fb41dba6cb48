export type Path = readonly (string | number)[];

/** Every place in a JSON value, the value itself first. */
export function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsIn((value as Record<string | number, unknown>)[key], [...path, key]))];
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | null)?.[key], value);
}

/** A value that takes its place away. */
const ABSENT = Symbol("absent");

/** A copy with another value at a path; the same value where the path is not there any more. */
export function withValue(config: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value === ABSENT ? undefined : value;
  if (typeof config !== "object" || config === null) return config;
  if (Array.isArray(config)) {
    if (value === ABSENT && rest.length === 0) return config.filter((_, index) => index !== key);
    return config.map((member: unknown, index) => (index === key ? withValue(member, rest, value) : member));
  }
  if (rest.length === 0 && value === ABSENT)
    return Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
  return { ...config, [key]: withValue((config as Record<string, unknown>)[key], rest, value) };
}

/** Values that are wrong in most places: missing, of another type, too large, with NUL bytes. */
export const WRONG: readonly unknown[] = [
  [ABSENT, null, true, false, 1.5, -0, 1e300, -1e300],
  [0, -1, 1, 5, 512, 4096, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 2 ** 63, 2 ** 64],
  ["", "x", "/", "/x", "a\0b", "A=b", "-1", "x".repeat(100_000), "\u{1F433}\u202E"],
  ["SCMP_ACT_NOTIFY", "SCHED_FIFO", "user", "rslave", "p"],
  [[], {}, [null], [""], [{}], [[]], { "": "" }, { a: 1 }, { a: "b" }, { "a\0": "b" }],
].flat(1);

export function wrongOf(path: Path): readonly unknown[] {
  return path.length === 0 ? WRONG.filter((wrong) => wrong !== ABSENT) : WRONG;
}
