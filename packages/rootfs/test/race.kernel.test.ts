/** An image that changes while it is mounted in: CVE-2021-30465, CVE-2024-45310. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  AT_FDCWD,
  call,
  closeFd,
  isSyscallError,
  MS,
  type Program,
  PR,
  RENAME,
  SIG,
  spawn,
  step,
  tryWait,
} from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { bind, maskedPath, readMountinfo, readonlyPath, tmpfs } from "../src/index.ts";
import { mountsAround } from "./support/container.ts";
import { mountedOutside, outside } from "./support/outside.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");
const ATTEMPTS = 100;

/** A process that exchanges two names as fast as the kernel can, until it is disposed of, or this process is killed. */
function swapper(one: string, other: string): Disposable {
  const exchange = call("renameat2", AT_FDCWD, one, AT_FDCWD, other, RENAME.EXCHANGE);
  const dieWithParent = call("prctl", PR.SET_PDEATHSIG, SIG.KILL);
  const child = spawn([step("exchange", [dieWithParent, { label: "again" }, exchange, { jump: "again" }])]);
  return {
    [Symbol.dispose]: () => {
      child.report.close();
      process.kill(child.pid, "SIGKILL");
      tryWait(child.pidfd, { block: true });
      closeFd(child.pidfd);
    },
  };
}

/** A root in which /swap/place is now a directory, now a symbolic link to the host's `dir`. */
function hostileRoot(host: string) {
  const root = busyboxRoot();
  const [place, link] = [join(root.path, "swap/place"), join(root.path, "swap/link")];
  mkdirSync(join(place, "below"), { recursive: true });
  symlinkSync(join(host, "dir"), link);
  const running = swapper(place, link);
  return {
    path: root.path,
    [Symbol.dispose]: () => {
      running[Symbol.dispose]();
      root[Symbol.dispose]();
    },
  };
}

/** Where mounts came to stand outside of the root, in all attempts, and how many attempts the kernel refused. */
async function attempt(
  root: string,
  mounts: Program,
): Promise<{ outside: string[]; mounted: number; refused: number }> {
  const before = readMountinfo();
  const result = { outside: [] as string[], mounted: 0, refused: 0 };
  for (let index = 0; index < ATTEMPTS; index++) {
    try {
      result.outside.push(...mountedOutside(root, await mountsAround(root, mounts), before));
      result.mounted++;
    } catch (error) {
      if (!isSyscallError(error)) throw error;
      result.refused++;
    }
  }
  return result;
}

needs("mount(2) by path does follow the link: what the next tests would show if they could", async () => {
  using host = outside();
  using root = hostileRoot(host.path);
  const byPath = call("mount", host.path, join(root.path, "swap/place/below"), null, MS.BIND, null);
  expect((await attempt(root.path, [step("as a shell does it", [byPath])])).outside).toContain(
    join(host.path, "dir/below"),
  );
});

needs.each<[title: string, step: (host: string) => Program]>([
  ["bind()", (host) => [bind(host, "/swap/place/below")]],
  ["bind() on what is to be made", (host) => [bind(host, "/swap/place/made/deep")]],
  ["bind() of a file", (host) => [bind(`${host}/file`, "/swap/place/made-file", { kind: "file" })]],
  ["tmpfs()", () => [tmpfs("/swap/place")]],
])("%s mounts and makes nothing outside while a directory is exchanged for a link", async (_, mounts) => {
  using host = outside();
  const before = host.listing();
  {
    using root = hostileRoot(host.path);
    const { outside: places, mounted, refused } = await attempt(root.path, mounts(host.path));
    expect(places).toEqual([]);
    expect(Math.min(mounted, refused)).toBeGreaterThan(0);
  }
  expect(host.listing()).toEqual(before);
});

needs("maskedPath() and readonlyPath() change nothing outside while a directory is exchanged for a link", async () => {
  using host = outside();
  using root = hostileRoot(host.path);
  const { outside: places, mounted } = await attempt(root.path, [
    maskedPath("/swap/place/below"),
    readonlyPath("/swap/place"),
  ]);
  expect(places).toEqual([]);
  expect(mounted).toBeGreaterThan(0);
});

needs('renames elsewhere do not disturb a way through "..", which the kernel then refuses with EAGAIN', async () => {
  using host = outside();
  using root = hostileRoot(host.path);
  mkdirSync(join(root.path, "run"));
  symlinkSync("../".repeat(50) + "run", join(root.path, "var/run"));
  expect(await attempt(root.path, [tmpfs("/var/run/made")])).toMatchObject({ outside: [], refused: 0 });
});
