import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isSyscallError } from "@wb/syscall";
import { archive, chunks, type Entry, output, temporaryDirectory } from "@wb/testing";
import { assert, asyncProperty, array, constantFrom, integer, oneof, record, tuple, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { TarError, unpack } from "../src/index.ts";
import { TarReader } from "../src/tar/tar-reader.ts";

/** Everything that the parser says of bytes, or its error; that it ends at all is the first thing that is tested. */
async function parse(bytes: Buffer, size: number): Promise<string> {
  const reader = new TarReader(chunks(bytes, size));
  const said: unknown[] = [];
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      let content = 0;
      for (let part = await reader.some(1000); part.length > 0; part = await reader.some(1000)) content += part.length;
      expect(content).toBe(entry.stored);
      said.push(entry);
    }
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    said.push(error.message);
  }
  return JSON.stringify(said);
}

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((given) => Buffer.from(given));
const pieces = integer({ min: 1, max: 2000 });

test("TarReader refuses bytes that are no archive, without an exception of another kind", async () => {
  await assert(
    asyncProperty(bytes(4000), pieces, async (given, size) => void (await parse(given, size))),
    { numRuns: 300 },
  );
});

const names = constantFrom("a", "b", "a/b", "a/b/c", "../x", "/a", "./b/", "", ".", "a//b", "l/x", "n".repeat(100));
const entries = array(
  record<Entry>({
    name: names,
    linkname: names,
    typeflag: constantFrom("0", "1", "2", "5", "6", "7", "L", "K", "x", "g", "S", "\0", "V"),
    mode: integer({ min: 0, max: 0o7777 }),
    content: oneof(constantFrom("", "text\0", "8 uid=1\n", "12 path=a/b\n", "9 a=bcdef\n"), bytes(1200)),
  }),
  { maxLength: 8 },
);

/** Archives that are right but for a few bytes. */
const damaged = tuple(
  entries,
  array(tuple(integer({ min: 0, max: 10_000 }), integer({ min: 0, max: 255 })), { maxLength: 4 }),
  integer({ min: 0, max: 2000 }),
).map(([given, changes, cut]) => {
  const whole = archive(...given);
  for (const [at, byte] of changes) whole[at % whole.length] = byte;
  return whole.subarray(0, whole.length - (cut > 1500 ? cut - 1500 : 0));
});

test("TarReader reads or refuses damaged archives, the same in whatever pieces they come", async () => {
  await assert(
    asyncProperty(damaged, pieces, async (given, size) => {
      expect(await parse(given, size)).toBe(await parse(given, 1_000_000));
    }),
    { numRuns: 300 },
  );
});

test("unpack() unpacks or refuses damaged archives, and touches nothing outside", async () => {
  using directory = temporaryDirectory();
  let run = 0;
  await assert(
    asyncProperty(damaged, pieces, async (given, size) => {
      const around = join(directory.path, `${run++}`);
      mkdirSync(join(around, "inside"), { recursive: true });
      try {
        await unpack(chunks(given, size), join(around, "inside"), { owners: false });
      } catch (error) {
        if (!(error instanceof TarError) && !isSyscallError(error)) throw error;
      }
      expect(readdirSync(around)).toEqual(["inside"]);
      // An archive may have directories that their owner cannot enter, and an ordinary user then cannot remove.
      output(["chmod", "-R", "u+rwx", around]);
    }),
    { numRuns: 200 },
  );
});
