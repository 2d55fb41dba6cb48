/** The formats of cgroup files, by the names of cgroup-v2.rst, "Format". All values but "max" are whole numbers. */

/** A file with one value: `memory.max`. v1 writes "no limit" as -1, or as the largest multiple of a page. */
export function parseSingle(text: string | undefined): number | "max" | undefined {
  if (text === undefined) return undefined;
  const word = text.trim();
  if (word === "max") return "max";
  const number = Number(word);
  return number < 0 || number >= UNLIMITED ? "max" : number;
}

/** The same where "max" cannot be: `memory.current`. */
export function parseCount(text: string | undefined): number | undefined {
  const value = parseSingle(text);
  return value === "max" ? undefined : value;
}

/** A file of `key value` lines: `memory.events`, `cpu.stat`. Unknown keys are kept. */
export function parseFlatKeyed(text: string | undefined): Readonly<Record<string, number>> {
  const lines = (text ?? "").split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => line.split(" ")).map(([key, value]) => [key, Number(value)]));
}

/** A file of `key subkey=value …` lines: `io.stat`, `rdma.current`. A line without subkeys is left out. */
export function parseNestedKeyed(text: string | undefined): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const lines = (text ?? "").split("\n").map((line) => line.trim().split(" "));
  const rows = lines.map(([key = "", ...pairs]) => [key, pairs.filter((pair) => pair.includes("="))] as const);
  return Object.fromEntries(
    rows
      .filter(([, pairs]) => pairs.length > 0)
      .map(([key, pairs]) => [
        key,
        Object.fromEntries(pairs.map((pair) => pair.split("=")).map(([name, value]) => [name, Number(value)])),
      ]),
  );
}

/** PAGE_COUNTER_MAX of v1 is 2⁶³ less up to a page of 64 KiB. */
const UNLIMITED = 2 ** 63 - 2 ** 17;
