import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { type TemporaryDirectory, requires, temporaryDirectory } from "../src/index.ts";

const script = join(import.meta.dirname, "../../../wb");
const program = "apps/cli/dist/wb.cjs";

/** What node is told besides. */
const FLAGS = "--disable-sigusr1";

/** A checkout in which echo(1) stands for node, and building leaves a line on stderr. */
function checkout(): TemporaryDirectory {
  const directory = temporaryDirectory();
  const inside = (path: string): string => join(directory.path, path);
  for (const path of [".git/logs", ".tools/bin", "apps/cli/dist", "tools"])
    mkdirSync(inside(path), { recursive: true });
  copyFileSync(script, inside("wb"));
  symlinkSync("/bin/echo", inside(".tools/bin/node"));
  writeFileSync(inside(program), "");
  writeFileSync(inside(".git/logs/HEAD"), "");
  utimesSync(inside(".git/logs/HEAD"), 0, 0);
  writeFileSync(inside("tools/build"), `#!/bin/sh\necho "$@"; cat\n`);
  chmodSync(inside("tools/build"), 0o755);
  return directory;
}

test("wb hands its arguments to the program of its checkout, from any directory", async () => {
  using directory = checkout();
  const { stdout, stderr } = await execa(join(directory.path, "wb"), ["run", "a b", "*"], { cwd: "/" });
  expect([stdout, stderr]).toEqual([`${FLAGS} ${join(directory.path, program)} run a b *`, ""]);
});

test("wb hides from Node what Node would take for its own flags", async () => {
  using directory = checkout();
  const words = ["run", "-e", "a b", "node", "--env-file=.env", "+x"];
  const { stdout } = await execa(join(directory.path, "wb"), words);
  expect(stdout).toBe(`${FLAGS} ${join(directory.path, program)} + ${words.map((word) => `+${word}`).join(" ")}`);
});

test("wb finds its checkout through a link and through sh", async () => {
  using directory = checkout();
  symlinkSync(join(directory.path, "wb"), join(directory.path, "tools/link"));
  const linked = await execa(join(directory.path, "tools/link"));
  const bySh = await execa("sh", ["wb"], { cwd: directory.path });
  expect([linked.stdout, bySh.stdout]).toEqual([`${FLAGS} ${join(directory.path, program)}`, `${FLAGS} ./${program}`]);
});

test("wb builds after a checkout, on stderr and without reading its stdin", async () => {
  using directory = checkout();
  const later = Date.now() / 1000 + 10;
  utimesSync(join(directory.path, ".git/logs/HEAD"), later, later);
  const { stdout, stderr } = await execa(join(directory.path, "wb"), { input: "for the command" });
  expect([stdout, stderr]).toEqual([`${FLAGS} ${join(directory.path, program)}`, "--wb"]);
});

test("wb exits with 125 when the build fails", async () => {
  using directory = checkout();
  writeFileSync(join(directory.path, "tools/build"), "#!/bin/sh\nexit 1\n");
  utimesSync(join(directory.path, program), 0, 0);
  utimesSync(join(directory.path, ".git/logs/HEAD"), 10, 10);
  const { exitCode, stdout } = await execa(join(directory.path, "wb"), { reject: false });
  expect([exitCode, stdout]).toEqual([125, ""]);
});

requires("command:strace")("wb forks nothing and starts no other program on its way", async () => {
  using directory = checkout();
  const trace = join(directory.path, "trace");
  const calls = "execve,clone,clone3,fork,vfork";
  await execa("strace", ["-f", "-qq", "-o", trace, "-e", `trace=${calls}`, join(directory.path, "wb"), "run"]);
  const made = readFileSync(trace, "utf8").matchAll(/ (\w+)\("([^"]*)"/gu);
  expect([...made].map(([, call, path]) => `${call} ${path}`)).toEqual([
    `execve ${join(directory.path, "wb")}`,
    `execve ${join(directory.path, ".tools/bin/node")}`,
  ]);
});
