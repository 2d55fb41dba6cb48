import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, it } from "vitest";
import { findInit } from "../src/engine/init-program.ts";

const PT_LOAD = 1;
const PT_INTERP = 3;

/** The head of a 64-bit ELF program, elf(5): its header and program headers of these types. */
function elf(
  types: readonly number[],
  { machine = process.arch === "arm64" ? 183 : 62, phnum = types.length } = {},
): Buffer {
  const bytes = Buffer.alloc(64 + 56 * types.length);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(phnum, 56);
  for (const [index, type] of types.entries()) bytes.writeUInt32LE(type, 64 + 56 * index);
  return bytes;
}

const STATIC = elf([PT_LOAD, PT_LOAD]);
const DYNAMIC = elf([PT_LOAD, PT_INTERP]);

/** What is found in directories with these files, as a path below them. */
function found(...directories: readonly Readonly<Record<string, Buffer | undefined>>[]): string {
  using parent = temporaryDirectory();
  const paths = directories.map((files, index) => {
    const path = join(parent.path, String(index));
    mkdirSync(path);
    for (const [name, content] of Object.entries(files)) {
      if (content === undefined) mkdirSync(join(path, name));
      else writeFileSync(join(path, name), content, { mode: 0o755 });
    }
    return path;
  });
  return findInit([...paths, join(parent.path, "missing")]).slice(parent.path.length + 1);
}

describe("findInit()", () => {
  it.each([
    [[{ catatonit: STATIC }], "0/catatonit"],
    [[{ catatonit: STATIC, "tini-static": STATIC }], "0/tini-static"],
    [[{ catatonit: STATIC }, { "docker-init": STATIC }], "1/docker-init"],
    [[{ tini: STATIC }, { tini: STATIC }], "0/tini"],
    [[{ tini: DYNAMIC, catatonit: STATIC }], "0/catatonit"],
    [[{ tini: DYNAMIC }, { tini: STATIC }], "1/tini"],
    [[{ tini: undefined, catatonit: STATIC }], "0/catatonit"],
  ])("of %j is %s", (directories, expected) => {
    expect(found(...directories)).toBe(expected);
  });

  it.each([
    ["nothing", {}],
    ["a script", { tini: Buffer.from(`#!/bin/sh\n${"#".repeat(100)}`) }],
    ["an empty file", { tini: Buffer.alloc(0) }],
    ["a program of another machine", { tini: elf([PT_LOAD], { machine: 8 }) }],
    ["a program that is cut off", { tini: elf([PT_LOAD], { phnum: 4000 }) }],
  ])("says what to install where there is %s", (_, files) => {
    expect(() => found(files)).toThrow(
      expect.objectContaining({
        message: "--init needs tini or catatonit, and this machine has neither",
        hint: "apt-get install tini, or catatonit",
        exitStatus: 125,
      }),
    );
  });

  it("names a program that is dynamically linked", () => {
    expect(() => found({ tini: DYNAMIC })).toThrow(
      /\/0\/tini is dynamically linked: it would not run in another root$/u,
    );
  });
});
