import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateSeccompTables, seccompTablesVersion } from "../../../tools/generate/seccomp-tables.ts";
import { ABIS } from "../src/seccomp/architectures.ts";
import { numberedNames } from "../src/seccomp/syscall-table.ts";

const source = readFileSync(new URL("../src/seccomp/syscall-tables.generated.ts", import.meta.url), "utf8");
const basis = /Based on Linux ([\d.]+)\.x/u.exec(source)?.[1];

describe("the tables of system calls", () => {
  it.skipIf(seccompTablesVersion() !== basis)("are what tools/generate-syscalls.ts makes of the headers", () => {
    expect(source).toBe(generateSeccompTables());
  });

  it.each(Object.values(ABIS).filter((abi) => abi !== undefined))("rise, $audit from $first on", ({ table }) => {
    const lines = numberedNames(table);
    const ends = lines.map(({ first, names }) => first + names.length);
    for (const [index, { first }] of lines.entries()) expect(first).toBeGreaterThanOrEqual((ends[index - 1] ?? 0) - 1);
    expect(lines.flatMap(({ names }) => names).filter((name) => !/^[_a-z][_a-z0-9]*$/u.test(name))).toEqual([]);
  });
});
