/** What images have tried: each test makes the root hostile, and looks for anything made, mounted or opened outside of it. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isSyscallError, type Step } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, type TemporaryDirectory, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import {
  bind,
  cgroupfs,
  defaultDev,
  devpts,
  maskedPath,
  mount,
  mqueue,
  proc,
  readMountinfo,
  readonlyPath,
  switchRoot,
  sysfs,
  tmpfs,
} from "../src/index.ts";
import { mountsAround, outputOfShell } from "./support/container.ts";
import { mountedOutside, outside, type Outside } from "./support/outside.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

interface Attack {
  /** What the image has as a symbolic link, from its root. */
  readonly link: string;
  readonly step: (host: Outside) => Step;
}

const attacks: Readonly<Record<string, Attack>> = {
  "proc() on a link (CVE-2023-27561)": { link: "proc", step: () => proc() },
  "sysfs() on a link": { link: "sys", step: () => sysfs() },
  "proc() below a link": { link: "a", step: () => proc("/a/proc") },
  "defaultDev() on a link (CVE-2026-41579)": { link: "dev", step: () => defaultDev() },
  "devpts() on a link": { link: "dev/pts", step: () => devpts() },
  "devpts() below a link": { link: "dev", step: () => devpts() },
  "mqueue() on a link": { link: "dev/mqueue", step: () => mqueue() },
  "tmpfs() on a link": { link: "tmp", step: () => tmpfs("/tmp") },
  "tmpfs() far below a link": { link: "run", step: () => tmpfs("/run/made/deep") },
  "cgroupfs() on a link": { link: "sys/fs/cgroup", step: () => cgroupfs("/sys/fs/cgroup", []) },
  "bind() on a link (CVE-2021-30465)": { link: "mnt", step: ({ path }) => bind(path, "/mnt") },
  "bind() below a link (CVE-2024-45310)": { link: "mnt", step: ({ path }) => bind(path, "/mnt/made/deep") },
  "bind() of a file on a link": {
    link: "etc/hosts",
    step: ({ path }) => bind(`${path}/file`, "/etc/hosts", { kind: "file" }),
  },
  "bind() of a file below a link": {
    link: "etc",
    step: ({ path }) => bind(`${path}/file`, "/etc/made", { kind: "file" }),
  },
  "mount() of another file system on a link": {
    link: "mnt",
    step: () => mount({ destination: "/mnt", type: "tmpfs" }),
  },
  "maskedPath() of a link": { link: "secret", step: () => maskedPath("/secret") },
  "maskedPath() below a link": { link: "secret", step: () => maskedPath("/secret/below") },
  "readonlyPath() of a link": { link: "secret", step: () => readonlyPath("/secret") },
  "readonlyPath() below a link": { link: "secret", step: () => readonlyPath("/secret/below") },
};

const UP = "../".repeat(20);

/** Where the link leads. */
const targets: Readonly<Record<string, (host: Outside) => string>> = {
  "an absolute path": ({ path }) => `${path}/dir`,
  "an absolute path to nothing": ({ path }) => `${path}/nothing/there`,
  "an absolute path to a file": ({ path }) => `${path}/file`,
  "a relative path": ({ path }) => `${UP}${path.slice(1)}/dir`,
  "a relative path to nothing": ({ path }) => `${UP}${path.slice(1)}/nothing`,
  "the host's /dev": () => `${UP}dev`,
  "an open fd (CVE-2024-21626)": ({ fd }) => `/proc/self/fd/${fd}`,
  "an open fd's parent": ({ fd }) => `/proc/self/fd/${fd}/..`,
  "the working directory": () => "/proc/self/cwd",
  "another process's root": () => "/proc/1/root",
  itself: () => "loop",
};

needs.each(Object.entries(attacks))("%s reaches nothing outside, wherever it leads", async (_, { link, step }) => {
  using host = outside();
  const before = { listing: host.listing().join("\n"), mounts: readMountinfo() };
  const reached: string[] = [];
  for (const [target, lead] of Object.entries(targets)) {
    using root = hostileRoot(link, lead(host));
    // A procfs in the root gives the links through /proc something to lead to.
    const mounts = [...(link === "proc" ? [] : [proc()]), step(host)];
    const after = await mountsAround(root.path, mounts, { inherit: [host.fd] }).catch(refusal);
    reached.push(...mountedOutside(root.path, after, before.mounts).map((place) => `${target}: ${place}`));
    if (host.listing().join("\n") !== before.listing) reached.push(`${target}: ${host.listing().join(", ")}`);
  }
  expect(reached).toEqual([]);
});

/** A call that the kernel refused has mounted nothing; any other error is one of this test. */
function refusal(error: unknown): [] {
  if (!isSyscallError(error)) throw error;
  return [];
}

/** An image with the usual directories, one of whose names is a symbolic link. */
function hostileRoot(link: string, target: string): TemporaryDirectory {
  const root = temporaryDirectory("wb-hostile-");
  for (const name of ["dev", "etc", "proc", "run", "sys", "tmp", "var"]) mkdirSync(join(root.path, name));
  const place = join(root.path, link);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place);
  if (target === "loop") symlinkSync(place, join(dirname(place), target));
  return root;
}

needs.each([
  ["/proc", proc()],
  ["/sys", sysfs()],
])("a symbolic link at %s is refused, even one that stays inside", async (path, step) => {
  using root = busyboxRoot();
  renameSync(join(root.path, path), join(root.path, "elsewhere"));
  symlinkSync("elsewhere", join(root.path, path));
  await expect(mountsAround(root.path, [step])).rejects.toMatchObject({ syscall: "openat2", code: "ELOOP" });
});

needs("links that stay inside are followed as the container's own processes would follow them", async () => {
  using root = busyboxRoot();
  mkdirSync(join(root.path, "run/lock"), { recursive: true });
  symlinkSync("/run", join(root.path, "var/run"));
  symlinkSync(`${UP}run/lock`, join(root.path, "var/lock"));
  const mounts = [proc(), tmpfs("/var/run/made"), tmpfs("/var/lock")];
  const places = (await mountsAround(root.path, mounts)).map(({ mountPoint }) => mountPoint);
  expect(places).toEqual(expect.arrayContaining([join(root.path, "run/made"), join(root.path, "run/lock")]));
});

needs("a cwd that the image links to a file descriptor is refused (CVE-2024-21626)", async () => {
  using root = busyboxRoot();
  using host = outside();
  symlinkSync("/proc/self/fd/7/below", join(root.path, "workdir"));
  const options = { setup: switchRoot(root.path), fds: { 7: host.fd }, cwd: "/workdir" };
  await expect(outputOfShell("pwd", options)).rejects.toMatchObject({ syscall: "openat2", code: "ELOOP" });
});

needs("a masked path is hidden under all of its names", async () => {
  using root = busyboxRoot();
  mkdirSync(join(root.path, "real"));
  writeFileSync(join(root.path, "real/secret"), "secret");
  symlinkSync("real", join(root.path, "name"));
  const mounts = [proc(), maskedPath("/name/secret")];
  expect(
    await outputOfShell("wc -c </real/secret; wc -c </name/secret", { setup: switchRoot(root.path, { mounts }) }),
  ).toBe("0\n0");
});
