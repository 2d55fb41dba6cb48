import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { busyboxRoot, output, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, describe, expect } from "vitest";
import { type Outcome, start, wb, wbScript } from "../support/wb.ts";

const rooted = requires("root", "command:busybox");

beforeAll(() => void wbScript(), 120_000);

interface Scene extends Disposable {
  readonly path: string;
  /** wb with a store of its own. */
  readonly one: (...args: readonly string[]) => Promise<Outcome>;
  /** With another. */
  readonly two: (...args: readonly string[]) => Promise<Outcome>;
  readonly env: (name: string) => { readonly WB_ROOT: string; readonly WB_STATE: string };
}

/** With an image base:1 in the first. */
function scene(): Scene {
  const directory = temporaryDirectory("wb-save-");
  const { path } = directory;
  const env = (name: string) => ({ WB_ROOT: join(path, name, "root"), WB_STATE: join(path, name, "state") });
  const run =
    (name: string) =>
    (...args: readonly string[]) =>
      wb(args, { env: env(name), cwd: path });
  using root = busyboxRoot();
  const tar = execFileSync("tar", ["-c", "-C", root.path, "."], { maxBuffer: 2 ** 30 });
  const imported = spawnSync(wbScript(), ["import", "-", "base:1"], {
    input: tar,
    env: { ...process.env, ...env("one") },
  });
  expect(imported.stderr.toString()).toBe("");
  return { path, env, one: run("one"), two: run("two"), [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const done = (stdout: string): Outcome => ({ stdout, stderr: "", status: 0 });

const idOf = async (run: Scene["one"], name: string): Promise<string> =>
  (await run("images", "-q", "--no-trunc", name)).stdout.trim();

describe("wb save and wb load", () => {
  rooted("carry an image into another store by a file, where it runs", { timeout: 60_000 }, async () => {
    using at = scene();
    await at.one("tag", "base:1", "example.com/base:2");
    expect(await at.one("save", "-o", "a.tar", "base", "example.com/base:2")).toEqual(done(""));
    expect(statSync(join(at.path, "a.tar")).mode & 0o777).toBe(0o600);
    expect(await at.two("load", "-i", "a.tar")).toEqual(
      done("Loaded image: base:1\nLoaded image: example.com/base:2\n"),
    );
    expect(await idOf(at.two, "base:1")).toBe(await idOf(at.one, "base:1"));
    expect(await at.two("run", "--rm", "--net", "none", "base:1", "echo", "hello")).toEqual(done("hello\n"));
    // Over what is there, as another name of the group.
    expect(await at.one("image", "save", "--output", "a.tar", await idOf(at.one, "base:1"))).toEqual(done(""));
    const { stdout } = await at.two("image", "load", "--quiet", "--input", "a.tar");
    expect(stdout).toBe(`Loaded image ID: ${await idOf(at.one, "base:1")}\n`);
    expect(readdirSync(at.path).toSorted()).toEqual(["a.tar", "one", "two"]);
  });

  rooted("carry it through a pipe, compressed or not", { timeout: 60_000 }, async () => {
    using at = scene();
    const [from, to] = [at.env("one"), at.env("two")];
    for (const through of ["cat", "gzip", "xz -0"]) {
      const script = `WB_ROOT=$2 WB_STATE=$3 "$1" save base:1 | ${through} | WB_ROOT=$4 WB_STATE=$5 "$1" load`;
      const words = [wbScript(), from.WB_ROOT, from.WB_STATE, to.WB_ROOT, to.WB_STATE];
      expect(output(["bash", "-o", "pipefail", "-c", script, "sh", ...words])).toBe("Loaded image: base:1\n");
    }
  });

  rooted("say which image loses its name", { timeout: 60_000 }, async () => {
    using at = scene();
    await at.one("save", "-o", "a.tar", "base:1");
    const id = await idOf(at.one, "base:1");
    const other = (await at.one("import", "-m", "other", "a.tar", "base:1")).stdout.trim();
    expect(await at.one("load", "-i", "a.tar")).toEqual(
      done(
        `The image base:1 already exists, renaming the old one with ID ${other} to empty string\nLoaded image: base:1\n`,
      ),
    );
    expect(await idOf(at.one, "base:1")).toBe(id);
  });
});

describe("wb save refuses", () => {
  rooted("a terminal, and what is no place for a file, in docker's words", { timeout: 60_000 }, async () => {
    using at = scene();
    const { stdout } = await execa("script", ["-qec", `${wbScript()} save base:1`, "/dev/null"], {
      env: at.env("one"),
      reject: false,
      stdin: "ignore",
    });
    expect(stdout).toContain("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    mkdirSync(join(at.path, "directory"));
    for (const [args, says] of [
      [["-o", "nope/a.tar", "base:1"], 'invalid output path: directory "nope" does not exist'],
      [["-o", "directory", "base:1"], 'invalid output path: "directory" is a directory'],
      [["-o", "/dev/null", "base:1"], 'invalid output path: "/dev/null" is no regular file'],
      [["-o", "a.tar", "base:1", "nope"], "No such image: nope:latest"],
      [["-o", "a.tar", "Base:1"], "No such image: Base:1"],
    ] as const) {
      const { stderr, status } = await at.one("save", ...args);
      expect([stderr.split("\n")[0], status]).toEqual([`wb: ${says}`, 1]);
    }
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(readdirSync(at.path).toSorted()).toEqual(["directory", "one"]);
    expect((await at.one("save")).status).toBe(1);
  });

  rooted(
    "nothing of a file before the archive is whole, and keeps the old one otherwise",
    { timeout: 60_000 },
    async () => {
      using at = scene();
      writeFileSync(join(at.path, "a.tar"), "old");
      symlinkSync("a.tar", join(at.path, "link"));
      const blobs = join(at.env("one").WB_ROOT, "images/blobs/sha256");
      const layer = readdirSync(blobs).find((name) => statSync(join(blobs, name)).size > 10_000)!;
      const whole = readFileSync(join(blobs, layer));
      writeFileSync(join(blobs, layer), Buffer.alloc(whole.length));
      const { stderr, status } = await at.one("save", "-o", "link", "base:1");
      expect([status, stderr]).toEqual([1, expect.stringContaining("is damaged or missing")]);
      expect([readFileSync(join(at.path, "a.tar"), "utf8"), readdirSync(at.path).toSorted()]).toEqual([
        "old",
        ["a.tar", "link", "one"],
      ]);
      writeFileSync(join(blobs, layer), whole);
      expect(await at.one("save", "-o", "link", "base:1")).toEqual(done(""));
      expect(readlinkSync(join(at.path, "link"))).toBe("a.tar");
      expect(await at.two("load", "-i", "link")).toEqual(done("Loaded image: base:1\n"));
    },
  );

  rooted("to go on where nobody reads", { timeout: 60_000 }, async () => {
    using at = scene();
    const { stderr } = await execa("bash", ["-c", `"${wbScript()}" save base:1 | head -c 1 >/dev/null`], {
      env: at.env("one"),
      reject: false,
    });
    expect(stderr).toMatch(/^(wb: .*EPIPE.*)?$/);
  });
});

describe("wb load refuses", () => {
  rooted("what is no archive of images, in at most two lines, and has none of it", { timeout: 60_000 }, async () => {
    using at = scene();
    await at.one("save", "-o", "a.tar", "base:1");
    const whole = readFileSync(join(at.path, "a.tar"));
    writeFileSync(join(at.path, "short.tar"), whole.subarray(0, whole.length / 2));
    writeFileSync(join(at.path, "text"), "hello");
    for (const [args, says] of [
      [["-i", "short.tar"], /ends \d+ bytes too early$/],
      [["-i", "text"], /the archive's entry/],
      [["-i", "nope.tar"], /ENOENT.*nope\.tar/],
      [["-i", "."], /EISDIR/],
      [[], /ends here/],
    ] as const) {
      const { stdout, stderr, status } = await at.two("load", ...args);
      expect([stdout, status, stderr.trimEnd().split("\n").length <= 2]).toEqual(["", 1, true]);
      expect(stderr.split("\n")[0]).toMatch(says);
    }
    expect((await at.two("images", "-q")).stdout).toBe("");
    const { stdout } = await execa("script", ["-qec", `${wbScript()} load`, "/dev/null"], {
      env: at.env("two"),
      reject: false,
      stdin: "ignore",
    });
    expect(stdout).toContain("requested load from stdin, but stdin is empty");
  });
});

describe("a wb that is killed", () => {
  rooted("while it loads leaves nothing, and the next one loads", { timeout: 60_000 }, async () => {
    using at = scene();
    await at.one("save", "-o", "a.tar", "base:1");
    const whole = readFileSync(join(at.path, "a.tar"));
    const fifo = join(at.path, "fifo");
    execFileSync("mkfifo", [fifo]);
    const running = start(["load", "-i", fifo], { env: at.env("two") });
    // As one that is cut off in the middle, but without an end.
    using writer = feed(fifo, whole.subarray(0, whole.length - 20_000));
    const blobs = join(at.env("two").WB_ROOT, "images/blobs/sha256");
    const pid = await processOf(running.pid, `${blobs}/#`);
    process.kill(pid, "SIGKILL");
    await running.outcome;
    writer[Symbol.dispose]();
    expect(readdirSync(blobs)).toEqual([]);
    expect((await at.two("images", "-q")).stdout).toBe("");
    expect(await at.two("load", "-i", "a.tar")).toEqual(done("Loaded image: base:1\n"));
  });

  rooted("while it saves leaves no file", { timeout: 60_000 }, async () => {
    using at = scene();
    // As while garbage is collected: it waits, with its file open.
    const blobs = join(at.env("one").WB_ROOT, "images/blobs");
    const holder = execa("flock", ["-x", "-F", blobs, "sh", "-c", "echo held; exec sleep 4711"], { reject: false });
    await once(holder.stdout, "data");
    const running = start(["save", "-o", "a.tar", "base:1"], { env: at.env("one"), cwd: at.path });
    const stopped = await processOf(running.pid, `${at.path}/#`);
    process.kill(stopped, "SIGKILL");
    await running.outcome;
    holder.kill();
    await holder;
    expect(readdirSync(at.path)).toEqual(["one"]);
    expect(await at.one("save", "-o", "a.tar", "base:1")).toEqual(done(""));
    expect(existsSync(join(at.path, "a.tar"))).toBe(true);
  });
});

/** Writes bytes to a fifo, and keeps it open. */
function feed(fifo: string, bytes: Buffer): Disposable {
  const child = execa("sh", ["-c", 'exec >"$0"; cat; exec sleep 4711', fifo], { input: bytes, reject: false });
  return { [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

/** The process, or one that it has started, that has a file open whose path begins so. */
async function processOf(pid: number, beginning: string): Promise<number> {
  return waitFor(() => {
    const found = [pid, ...children(pid)].find((one) => openFiles(one).some((path) => path.startsWith(beginning)));
    if (found === undefined) throw new Error(`no process has ${beginning} open`);
    return found;
  });
}

function children(pid: number): number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return direct.flatMap((one) => [one, ...children(one)]);
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // One was closed meanwhile.
    return [];
  }
}
