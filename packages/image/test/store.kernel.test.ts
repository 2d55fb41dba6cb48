import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { archive, type Entry, requires, temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ArchiveRoot, rootfsFromArchive, storedArchive } from "../src/index.ts";
import { onSmallDisk, start } from "./support/small-disk.ts";

interface Scene extends Disposable {
  readonly path: string;
  readonly store: string;
  readonly tar: string;
  /** Names in the store. */
  readonly names: () => string[];
}

/** A store and an archive, whose file was changed a while ago. */
function scene(...entries: readonly Entry[]): Scene {
  const directory = temporaryDirectory();
  const [store, tar] = [join(directory.path, "wb/rootfs"), join(directory.path, "root.tar")];
  writeFileSync(tar, archive(...(entries.length === 0 ? [{ name: "etc/hostname", content: "box" }] : entries)));
  settled();
  const names = (): string[] => (existsSync(store) ? readdirSync(store).toSorted() : []);
  return { path: directory.path, store, tar, names, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

/** Lets the clock show a later moment: of what was written shortly before nothing is remembered. */
function settled(): void {
  const later = Date.now() + 10_000;
  vi.spyOn(Date, "now").mockImplementation(() => later);
}

afterEach(() => vi.restoreAllMocks());

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

const sha256 = (path: string): string => execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64);

describe("rootfsFromArchive()", () => {
  test("unpacks an archive into a directory that is named for its SHA-256, for root alone", async () => {
    using place = scene();
    const found = await rootfsFromArchive(place.tar, place);
    const archiveId = sha256(place.tar);
    expect(found).toEqual({ archiveId, directory: join(place.store, archiveId) });
    expect(readFileSync(join(found.directory, "etc/hostname"), "utf8")).toBe("box");
    expect(place.names()).toEqual([archiveId, "index.json"]);
    expect(statSync(place.store).mode & 0o777).toBe(0o700);
    expect(statSync(found.directory).mode & 0o777).toBe(0o755);
  });

  test("finds it there the next time, without reading the archive again", async () => {
    using place = scene();
    expect(storedArchive(place.tar, place)).toBeUndefined();
    const first = await rootfsFromArchive(place.tar, place);
    const { ino } = lstatSync(first.directory);
    expect(storedArchive(place.tar, place)).toEqual(first);
    const atime = statSync(place.tar, { bigint: true }).atimeNs;
    expect(await rootfsFromArchive(place.tar, place)).toEqual(first);
    expect(lstatSync(first.directory).ino).toBe(ino);
    expect(statSync(place.tar, { bigint: true }).atimeNs).toBe(atime);
  });

  test("reads an archive again that was changed, also if its size and time are as before", async () => {
    using place = scene({ name: "a", content: "one" });
    const first = await rootfsFromArchive(place.tar, place);
    const { atime, mtime } = statSync(place.tar);
    writeFileSync(place.tar, archive({ name: "a", content: "two" }));
    utimesSync(place.tar, atime, mtime);
    expect(storedArchive(place.tar, place)).toBeUndefined();
    const second = await rootfsFromArchive(place.tar, place);
    expect(readFileSync(join(second.directory, "a"), "utf8")).toBe("two");
    expect(readFileSync(join(first.directory, "a"), "utf8")).toBe("one");
    expect(place.names()).toEqual([first.archiveId, second.archiveId, "index.json"].toSorted());
  });

  test("does not unpack the same bytes twice, under whatever name", async () => {
    using place = scene();
    const first = await rootfsFromArchive(place.tar, place);
    const { ino } = lstatSync(join(first.directory, "etc/hostname"));
    copyFileSync(place.tar, join(place.path, "other.tar"));
    expect(await rootfsFromArchive(join(place.path, "other.tar"), place)).toEqual(first);
    expect(lstatSync(join(first.directory, "etc/hostname")).ino).toBe(ino);
    expect(storedArchive(join(place.path, "other.tar"), place)).toEqual(first);
  });

  test("trusts no file that could be changed unseen, since it was written a moment ago", async () => {
    using place = scene();
    vi.restoreAllMocks();
    const first = await rootfsFromArchive(place.tar, place);
    expect(storedArchive(place.tar, place)).toBeUndefined();
    settled();
    expect(await rootfsFromArchive(place.tar, place)).toEqual(first);
    expect(storedArchive(place.tar, place)).toEqual(first);
  });

  test("unpacks again what was removed from the store", async () => {
    using place = scene();
    const first = await rootfsFromArchive(place.tar, place);
    rmSync(first.directory, { recursive: true });
    expect(storedArchive(place.tar, place)).toBeUndefined();
    expect(await rootfsFromArchive(place.tar, place)).toEqual(first);
    expect(existsSync(join(first.directory, "etc/hostname"))).toBe(true);
  });

  test.each(["{", "[]", '{"version": 2}', '{"version": 1, "archives": [1, {}, {"dev": "1"}]}'])(
    "does without an index that is broken: %s",
    async (text) => {
      using place = scene();
      const first = await rootfsFromArchive(place.tar, place);
      writeFileSync(join(place.store, "index.json"), text);
      expect(await rootfsFromArchive(place.tar, place)).toEqual(first);
      expect(storedArchive(place.tar, place)).toEqual(first);
    },
  );

  test("leaves nothing of an archive that is refused", async () => {
    using place = scene({ name: "good" }, { name: "../evil" });
    await expect(rootfsFromArchive(place.tar, place)).rejects.toThrow('component ".."');
    expect(place.names()).toEqual([]);
    appendFileSync(place.tar, "x");
  });

  test("refuses an archive that is changed while it is read", async () => {
    using place = scene({ name: "large", content: Buffer.alloc(20_000_000) });
    const unpacking = rootfsFromArchive(place.tar, place);
    await untilUnpacking(place);
    appendFileSync(place.tar, Buffer.alloc(512));
    await expect(unpacking).rejects.toMatchObject({ code: "WB_ARCHIVE_CHANGED", path: place.tar });
    expect(place.names()).toEqual([]);
  });

  test("says that its store was removed meanwhile, and makes a new one the next time", async () => {
    using place = scene({ name: "large", content: Buffer.alloc(20_000_000) }, { name: "d/f" });
    const unpacking = rootfsFromArchive(place.tar, place);
    await untilUnpacking(place);
    rmSync(place.store, { recursive: true });
    await expect(unpacking).rejects.toThrow(/\.unpacking-\S+ was removed while \S+root\.tar was unpacked in it/u);
    expect(place.names()).toEqual([]);
    const { archiveId } = await rootfsFromArchive(place.tar, place);
    expect(place.names()).toEqual([archiveId, "index.json"]);
  });

  test("removes what killed processes left, and nothing that another process unpacks", async () => {
    using place = scene();
    mkdirSync(join(place.store, ".unpacking-1-2/rootfs/deep/er"), { recursive: true });
    mkdirSync(join(place.store, ".unpacking-1-3"));
    const holding = start(`
      import { openSync } from "node:fs"; import { call, run, step } from "@wb/syscall";
      const fd = openSync(${JSON.stringify(join(place.store, ".unpacking-1-3"))}, "r");
      run([step("lock", [call("flock", fd, 2)])]); console.log("locked"); setTimeout(() => {}, 60_000);
    `);
    try {
      await vi.waitUntil(async () => await isLocked(join(place.store, ".unpacking-1-3")), { timeout: 20_000 });
      await rootfsFromArchive(place.tar, place);
      expect(place.names()).toEqual([".unpacking-1-3", sha256(place.tar), "index.json"].toSorted());
    } finally {
      await holding.kill();
    }
  });
});

/** Until the file `large` is made. */
async function untilUnpacking({ path }: Scene): Promise<void> {
  const names = (): string[] => readdirSync(path, { recursive: true, encoding: "utf8" });
  await vi.waitUntil(() => names().some((name) => name.endsWith("/large")), { timeout: 10_000, interval: 1 });
}

async function isLocked(path: string): Promise<boolean> {
  try {
    execFileSync("flock", ["--nonblock", path, "true"]);
    return false;
  } catch {
    return true;
  }
}

const PROGRAM = (place: Scene): string => `
  import { rootfsFromArchive } from "${join(import.meta.dirname, "../src/index.ts")}";
  try { console.log(JSON.stringify(await rootfsFromArchive(${JSON.stringify(place.tar)}, { store: ${JSON.stringify(place.store)} }))); }
  catch (error) { console.log(JSON.stringify({ code: error.code, step: error.step })); }
`;

const many = Array.from({ length: 3000 }, (_, index) => ({
  name: `d/${index % 100}/${index}`,
  content: "x".repeat(index),
}));

describe("rootfsFromArchive() of several processes", () => {
  test("unpacks once: who comes second waits", async () => {
    using place = scene(...many);
    const outputs = await Promise.all([1, 2, 3].map(() => start(PROGRAM(place)).stdout));
    const expected = { archiveId: sha256(place.tar), directory: join(place.store, sha256(place.tar)) };
    expect(outputs.map((text) => JSON.parse(text) as unknown)).toEqual([expected, expected, expected]);
    expect(place.names()).toEqual([expected.archiveId, "index.json"]);
    expect(readdirSync(join(expected.directory, "d"))).toHaveLength(100);
  });

  test("takes over from a process that is killed", async () => {
    using place = scene(...many);
    const isUnpacking = (name: string): boolean => existsSync(join(place.store, name, "rootfs/d"));
    const first = start(PROGRAM(place));
    await vi.waitUntil(() => place.names().some(isUnpacking), { timeout: 20_000, interval: 5 });
    process.kill(first.pid, "SIGSTOP");
    const second = start(PROGRAM(place));
    // Who waits has the directory open that the other one has locked.
    const waits = (): boolean =>
      readdirSync(`/proc/${second.pid}/fd`).some((fd) =>
        linkOf(`/proc/${second.pid}/fd/${fd}`).includes("/.unpacking-"),
      );
    await vi.waitUntil(waits, { timeout: 20_000, interval: 20 });
    await first.kill();
    const { archiveId, directory } = JSON.parse(await second.stdout) as ArchiveRoot;
    expect(place.names()).toEqual([archiveId, "index.json"]);
    expect(readdirSync(directory, { recursive: true })).toHaveLength(3101);
  });

  test("killed in the middle leaves nothing that the next one takes for the archive", async () => {
    using place = scene(...many);
    for (let round = 0; round < 5; round++) {
      const unpacking = start(PROGRAM(place));
      await vi.waitUntil(
        () =>
          place
            .names()
            .some((name) => name.startsWith(".unpacking") && existsSync(join(place.store, name, "rootfs/d"))),
        { timeout: 20_000, interval: 5 },
      );
      await new Promise((resolve) => setTimeout(resolve, 7 * round));
      await unpacking.kill();
    }
    expect(
      place.names().filter((name) => !name.startsWith(".") && name !== "index.json" && name !== sha256(place.tar)),
    ).toEqual([]);
    const { directory, archiveId } = await rootfsFromArchive(place.tar, place);
    expect(place.names()).toEqual([archiveId, "index.json"]);
    expect(readdirSync(directory, { recursive: true })).toHaveLength(3101);
  });
});

requires("root")("rootfsFromArchive() leaves nothing in the store when the disk is full", async () => {
  using place = scene(
    { name: "a", content: Buffer.alloc(200_000, "a") },
    { name: "b", content: Buffer.alloc(3_000_000, "b") },
    ...many,
  );
  mkdirSync(place.store, { recursive: true });
  const program = `${PROGRAM(place)}
    import { readdirSync } from "node:fs"; console.log(JSON.stringify(readdirSync(${JSON.stringify(place.store)})));
  `;
  for (const [size, step] of [
    ["1m", /^unpack "b" \(at byte \d+ of the archive\)$/u],
    ["4m", /^unpack "d\/.*" \(at byte \d+ of the archive\)$/u],
  ] as const) {
    const [error = "", names] = onSmallDisk(size, place.store, program).trim().split("\n");
    expect(JSON.parse(error)).toMatchObject({ code: "ENOSPC", step: expect.stringMatching(step) as unknown });
    expect(names).toBe("[]");
  }
});
