import { gzipSync } from "node:zlib";
import { archive } from "@wb/testing";
import { expect, test, vi } from "vitest";
import { readTar } from "../src/index.ts";

async function* bytes(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const TAR = archive(
  { name: "a", content: "one" },
  { name: "b/", typeflag: "5" },
  { name: "c", content: "x".repeat(5000) },
  { name: "d", typeflag: "2", linkname: "a" },
);

test.for([
  ["in one piece", [TAR]],
  ["in small parts", Array.from({ length: TAR.length / 16 }, (_, index) => TAR.subarray(16 * index, 16 * (index + 1)))],
  ["compressed", [gzipSync(TAR)]],
] as const)("readTar() gives entries with their content, also where some is not read: %s", async ([, parts]) => {
  const found: string[] = [];
  for await (const { entry, content } of readTar(bytes(...parts))) {
    let text = "";
    if (entry.name !== "c") for await (const chunk of content()) text += chunk.toString();
    found.push(`${entry.type} ${entry.name} ${entry.size} ${text}${entry.linkname}`);
  }
  expect(found).toEqual(["file a 3 one", "directory b/ 0 ", "file c 5000 ", "symlink d 0 a"]);
});

test("readTar() lets its source go when nobody reads on, and tells what is broken behind the last entry", async () => {
  let isClosed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield TAR;
    } finally {
      isClosed = true;
    }
  }
  for await (const { entry } of readTar(source())) if (entry.name === "a") break;
  await vi.waitFor(() => expect(isClosed).toBe(true));
  const broken = gzipSync(TAR).subarray(0, -4);
  const all = async (): Promise<void> => {
    for await (const { entry } of readTar(bytes(broken))) expect(entry.name).toBeTypeOf("string");
  };
  await expect(all()).rejects.toMatchObject({ code: "WB_TAR_TRUNCATED" });
});
