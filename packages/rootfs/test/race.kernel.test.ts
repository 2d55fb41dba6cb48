/** An image that changes while it is mounted in: CVE-2021-30465, CVE-2024-45310. */
import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
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
import {
  bind,
  deviceNode,
  maskedPath,
  openRoot,
  parseMountinfo,
  privatePropagation,
  readMountinfo,
  readonlyPath,
  tmpfs,
} from "../src/index.ts";
import { mountsAround, outputOfShell } from "./support/container.ts";
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

/** How often one process makes the Steps of a test, and how many processes do: 10,000 tries. */
const REPEATED = 500;
const PROCESSES = 20;

/** Steps as often as {@link REPEATED} says, in one process; what the kernel refuses ends a try and not the process. */
function repeated(steps: Program): Program {
  return steps.map(({ label, body }) =>
    step(label, [
      { assign: { address: "tries" }, to: 0 },
      { label: "try" },
      ...body.map((instruction) => ("call" in instruction ? { ...instruction, ignore: "any" as const } : instruction)),
      { assign: { address: "tries" }, to: { value: "tries" }, plus: 1 },
      { jump: "try", when: { value: "tries", lessThan: REPEATED } },
    ]),
  );
}

needs.each<[title: string, step: (host: string) => Program]>([
  ["bind()", (host) => [bind(host, "/swap/place/below", { recursive: false })]],
  ["bind() on what is to be made", (host) => [bind(host, "/swap/place/made/deep", { recursive: false })]],
  ["tmpfs() on it", () => [tmpfs("/swap/place/below")]],
  ["maskedPath()", () => [maskedPath("/swap/place/below")]],
  ["deviceNode()", () => [deviceNode({ path: "/swap/place/made/null", type: "c", major: 1, minor: 3, uid: 7 })]],
])(
  "%s: 10,000 tries while a directory is exchanged for a link reach nothing outside (CVE-2021-30465, CVE-2024-45310)",
  async (_, mounts) => {
    using host = outside();
    const before = { listing: host.listing(), mounts: readMountinfo() };
    const places: string[] = [];
    let inside = 0;
    {
      using root = hostileRoot(host.path);
      const setup = [privatePropagation(), openRoot(root.path), ...repeated(mounts(host.path))];
      for (let index = 0; index < PROCESSES; index++) {
        const seen = parseMountinfo(await outputOfShell("cat /proc/self/mountinfo", { setup }));
        places.push(...mountedOutside(root.path, seen, before.mounts).filter((place) => place.startsWith(host.path)));
        inside += seen.filter(({ mountPoint }) => mountPoint.startsWith(`${root.path}/swap/`)).length;
      }
      // The names are exchanged all the time: one of the two is the directory.
      const isNode = () =>
        ["place", "link"].some((name) =>
          lstatSync(join(root.path, "swap", name, "made/null"), { throwIfNoEntry: false })?.isCharacterDevice(),
        );
      for (let index = 0; index < 10_000 && inside === 0; index++) inside += Number(isNode());
    }
    expect(places).toEqual([]);
    expect(inside).toBeGreaterThan(0);
    expect(host.listing()).toEqual(before.listing);
  },
  120_000,
);
