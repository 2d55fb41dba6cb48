import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { spawn } from "@wb/ns";
import { proc, readMountinfo, switchRoot } from "@wb/rootfs";
import { call, type Program, run, step } from "@wb/syscall";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { detachedOverlay, mountOverlay, overlay, throwAwayOverlay } from "../src/index.ts";
import { layers } from "./support/layers.ts";
import { outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

const needs = requires("root", "overlay");
/** Layers one by one, by fsconfig(2). */
const needsMany = requires("root", "overlay", "kernel>=6.5");

/** More layers than one page of options can name. */
function padding({ layer }: ReturnType<typeof layers>, count = 64): string[] {
  return Array.from({ length: count }, (_, index) => layer(`padding-${"x".repeat(60)}/${index}`));
}

needs("overlay() shows the upper directory first, then the lower ones in order", async () => {
  using dirs = layers();
  const lower = ["top", "middle", "bottom"].map((name, index) =>
    dirs.layer(name, Object.fromEntries(["a", "b", "c"].slice(index).map((file) => [file, name]))),
  ) as [string, string, string];
  const { upper, work, target } = dirs.writable();
  writeFileSync(join(upper, "d"), "upper");
  expect(
    await outputOfShell(
      'cd "$1" && for file in *; do echo $file $(cat $file); done',
      [overlay({ lower, upper, work, target })],
      target,
    ),
  ).toBe("a top\nb top\nc top\nd upper");
  expect(
    await outputOfShell('cat "$1/c"', [overlay({ lower: lower.toReversed() as typeof lower, target })], target),
  ).toBe("bottom");
});

needs("overlay() writes to the upper directory alone: copies, and whiteouts for what was removed", async () => {
  using dirs = layers();
  const lower = dirs.layer("lower", { changed: "old", removed: "old", "directory/deep": "old", kept: "old" });
  const { upper, work, target } = dirs.writable();
  const script =
    'cd "$1"; echo new >changed; rm removed; rm -r directory; mkdir directory; echo new >made; ls -A . directory';
  expect(await outputOfShell(script, [overlay({ lower: [lower], upper, work, target })], target)).toBe(
    ".:\nchanged\ndirectory\nkept\nmade\n\ndirectory:",
  );
  expect(readdirSync(lower).toSorted()).toEqual(["changed", "directory", "kept", "removed"]);
  expect(readFileSync(join(lower, "changed"), "utf8")).toBe("old");
  expect(
    execFileSync("stat", ["-c", "%n %F %t:%T", "changed", "removed", "directory", "made"], {
      cwd: upper,
      encoding: "utf8",
    }),
  ).toBe(
    "changed regular file 0:0\nremoved character special file 0:0\ndirectory directory 0:0\nmade regular file 0:0\n",
  );
  // Mounted again, with the same upper directory below another: the whiteouts still hide.
  const again = dirs.writable();
  expect(
    await outputOfShell(
      'ls -A "$1" "$1/directory"',
      [overlay({ lower: [upper, lower], upper: again.upper, work: again.work, target: again.target })],
      again.target,
    ),
  ).toMatch(/changed\ndirectory\nkept\nmade\n\n.*directory:$/u);
});

needs("overlay() without an upper directory is read-only", async () => {
  using dirs = layers();
  const { target } = dirs.writable();
  const lower = [dirs.layer("a"), dirs.layer("b")] as const;
  expect(
    await outputOfShell('touch "$1/x" 2>&1 | sed "s/.*: //"', [overlay({ lower: [...lower], target })], target),
  ).toBe("Read-only file system");
});

/** Names that mean something in the options of an overlay, or to a shell. */
const names = [
  "plain",
  "co:lon",
  "com,ma",
  "back\\slash",
  "a space",
  "ends\\",
  ":",
  ",",
  "\\",
  "\\,",
  "\\:",
  "e=q",
  "q'u\"o",
  "new\nline",
  "ünï",
  "all:,\\ \\:\\,=x",
];

needs.each(names)(
  "overlay() takes layers, upper, work and target whose names have %j, in one page of options",
  async (name) => {
    using dirs = layers();
    await expectNameToWork(dirs, name, []);
  },
);

needsMany.each(names)(
  "overlay() takes layers, upper, work and target whose names have %j, one by one",
  async (name) => {
    using dirs = layers();
    await expectNameToWork(dirs, name, padding(dirs));
  },
);

async function expectNameToWork(
  { layer }: ReturnType<typeof layers>,
  name: string,
  more: readonly string[],
): Promise<void> {
  const [first, second, upper, work, target] = ["1", "2", "u", "w", "t"].map((kind) =>
    layer(`${name}${kind}/${name}`),
  ) as [string, string, string, string, string];
  writeFileSync(join(first, "first"), "");
  writeFileSync(join(second, "second"), "");
  const script = 'cd "$1" && touch made && echo *';
  const setup = [overlay({ lower: [first, second, ...more], upper, work, target })];
  expect(await outputOfShell(script, setup, target)).toBe("first made second");
  expect(existsSync(join(upper, "made"))).toBe(true);
  const readonly = [overlay({ lower: [first, second, ...more], target })];
  expect(await outputOfShell('cd "$1" && echo *', readonly, target)).toBe("first second");
}

needsMany("overlay() takes 500 layers, and shows a file of each", async () => {
  using dirs = layers();
  const lower = Array.from({ length: 500 }, (_, index) =>
    dirs.layer(`layer/${index}`, { [`file-${index}`]: "" }),
  ) as unknown as [string];
  const { upper, work, target } = dirs.writable();
  expect(await outputOfShell('ls "$1" | wc -l', [overlay({ lower, upper, work, target })], target)).toBe("500");
});

needsMany("the mount that is made one by one is the same as the one of mount(2)", async () => {
  using dirs = layers();
  const { upper, work, target } = dirs.writable();
  const lower = [dirs.layer("a"), ...padding(dirs)] as [string, ...string[]];
  const script =
    "grep overlay /proc/self/mountinfo | cut -d ' ' -f 4-8 ; grep overlay /proc/self/mountinfo | sed 's/.* - //' | cut -c 1-30";
  const shown = async (layersOf: [string, ...string[]]): Promise<string[]> =>
    (
      await outputOfShell(script, [
        overlay({ lower: layersOf, upper, work, target, options: ["redirect_dir=on", "metacopy=on"] }),
      ])
    ).split("\n");
  expect((await shown(lower))[0]).toBe((await shown([dirs.layer("a")]))[0]);
});

needs.each<
  [title: string, change: (dirs: ReturnType<typeof layers>) => Partial<Parameters<typeof overlay>[0]>, error: object]
>([
  ["a layer that is missing", () => ({ lower: ["/no/such/layer"] }), { syscall: "mount", code: "ENOENT" }],
  [
    "a target that is missing",
    () => ({ target: "/no/such/target" }),
    { syscall: "mount", code: "ENOENT", dest: "/no/such/target" },
  ],
  [
    "a layer that is a file",
    (dirs) => ({ lower: [join(dirs.layer("x", { file: "" }), "file")] }),
    { syscall: "mount", code: "EINVAL" },
  ],
  ["a work directory on another file system", () => ({ work: "/proc" }), { syscall: "mount", code: "EINVAL" }],
  ["an option that it does not have", () => ({ options: ["nosuchoption"] }), { syscall: "mount", code: "EINVAL" }],
])("overlay() shows the kernel's refusal of %s", async (_, change, error) => {
  using dirs = layers();
  const setup = [overlay({ lower: [dirs.layer("lower")], ...dirs.writable(), ...change(dirs) })];
  await expect(outputOfShell("true", setup)).rejects.toMatchObject(error);
});

needs("mountOverlay() mounts here and now; unmount() and the end of the block take it away, once", () => {
  using dirs = layers();
  const { upper, work, target } = dirs.writable();
  const lower = [dirs.layer("lower", { file: "content" })] as const;
  const isMounted = (): boolean => readMountinfo().some(({ mountPoint }) => mountPoint === target);
  {
    using merged = mountOverlay({ lower: [...lower], upper, work, target });
    expect(merged.target).toBe(target);
    expect(readFileSync(join(target, "file"), "utf8")).toBe("content");
    writeFileSync(join(target, "made"), "");
    merged.unmount();
    expect(isMounted()).toBe(false);
    merged.unmount();
  }
  {
    using merged = mountOverlay({ lower: [...lower], upper, work, target });
    expect(existsSync(join(merged.target, "made"))).toBe(true);
    expect(isMounted()).toBe(true);
  }
  expect(isMounted()).toBe(false);
  expect(readdirSync(upper)).toEqual(["made"]);
});

needs("unmount() refuses while a file is open, and the end of the block does not wait for it", async () => {
  using dirs = layers();
  const { upper, work, target } = dirs.writable();
  await using user = await (async () => {
    using merged = mountOverlay({ lower: [dirs.layer("lower")], upper, work, target });
    const child = await spawn(["/bin/sleep", "60"], { cwd: target });
    expect(() => merged.unmount()).toThrow("EBUSY");
    return child;
  })();
  expect(readMountinfo().some(({ mountPoint }) => mountPoint === target)).toBe(false);
  expect(user.kill(0)).toBe(true);
});

needs("unmount() does not mind that someone else was first", () => {
  using dirs = layers();
  const { upper, work, target } = dirs.writable();
  using merged = mountOverlay({ lower: [dirs.layer("lower")], upper, work, target });
  execFileSync("umount", [target]);
  expect(() => merged.unmount()).not.toThrow();
});

needs("mountOverlay() that fails leaves nothing mounted", () => {
  using dirs = layers();
  const { upper, work, target } = dirs.writable();
  expect(() => mountOverlay({ lower: ["/no/such/layer"], upper, work, target })).toThrow(
    `mount("overlay", "${target}", "overlay"`,
  );
});

needs("throwAwayOverlay() of / is a copy of this machine whose changes reach it in no way", async () => {
  using dirs = layers();
  const room = dirs.layer("room");
  const marker = "/usr/made-in-the-copy";
  const { steps, merged } = throwAwayOverlay("/", room);
  const script =
    'touch "$1" /made-in-the-copy && ls "$1"; cmp /etc/passwd /proc/1/root/etc/passwd && rm /etc/passwd; echo $$; cut -d " " -f 5 /proc/self/mountinfo | xargs';
  const setup: Program = [...steps, ...switchRoot(merged, { mounts: [proc()] })];
  expect(await outputOfShell(script, setup, marker)).toBe(`${marker}\n1\n/ /proc`);
  expect([marker, "/made-in-the-copy", "/etc/passwd"].map((path) => existsSync(path))).toEqual([false, false, true]);
  expect(readdirSync(room)).toEqual([]);
});

needs("throwAwayOverlay() gives the copy the owner and mode of its directory, whatever the umask is", async () => {
  using dirs = layers();
  const [lower, room] = [dirs.layer("lower"), dirs.layer("room")];
  chownSync(lower, 12, 34);
  chmodSync(lower, 0o1751);
  const { steps, merged } = throwAwayOverlay(lower, room);
  const strict = step("a strict umask", [call("umask", 0o077)]);
  expect(await outputOfShell('stat -c "%a %u:%g" "$1"', [strict, ...steps], merged)).toBe("1751 12:34");
});

needs("throwAwayOverlay() holds no more than its size", async () => {
  using dirs = layers();
  const [lower, room] = [dirs.layer("lower"), dirs.layer("room")];
  const { steps, merged } = throwAwayOverlay(lower, room, { size: "1m" });
  const script = 'head -c 4m /dev/zero 2>/dev/null >"$1/file"; test $(stat -c %s "$1/file") -le 1048576 && echo full';
  expect(await outputOfShell(script, steps, merged)).toBe("full");
});

needs("throwAwayOverlay() mounts nothing on a host whose root is shared, as systemd has it", () => {
  using dirs = layers();
  const room = dirs.layer("room");
  const script = `
    import { readFileSync } from "node:fs";
    import { spawn } from "@wb/ns";
    import { throwAwayOverlay } from "@wb/overlay";
    const mounts = () => readFileSync("/proc/self/mountinfo", "utf8");
    const before = mounts();
    const child = await spawn(["/bin/true"], { namespaces: ["mount"], setup: throwAwayOverlay("/", ${JSON.stringify(room)}).steps });
    console.log((await child.wait()).code, before.includes("shared:"), mounts() === before);
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  expect(
    execFileSync("unshare", ["--mount", "--propagation=shared", ...node], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    }),
  ).toBe("0 true true\n");
});

needsMany("detachedOverlay() is there without a place, and is written to by its file descriptor", () => {
  using dirs = layers();
  const [top, bottom] = [dirs.layer("top", { a: "top" }), dirs.layer("bottom", { a: "bottom", b: "bottom" })];
  const { upper, work } = dirs.writable();
  const fd = run([detachedOverlay("made", { lower: [top, bottom], upper, work })]).number("made");
  const root = `/proc/self/fd/${fd}`;
  try {
    expect(["a", "b"].map((name) => readFileSync(join(root, name), "utf8"))).toEqual(["top", "bottom"]);
    writeFileSync(join(root, "c"), "written");
    expect(readFileSync(join(upper, "c"), "utf8")).toBe("written");
  } finally {
    closeSync(fd);
  }
  expect(() => detachedOverlay("made", { lower: [top] })).toThrow(TypeError);
});

/** An overlay on an overlay on …: each level is the lower directory of the next one. */
function nested(dirs: ReturnType<typeof layers>, depth: number): { readonly steps: Program; readonly merged: string } {
  let lower = dirs.layer("bottom", { file: "from the bottom" });
  const steps = Array.from({ length: depth }, () => {
    const { upper, work, target } = dirs.writable();
    const mounted = overlay({ lower: [lower], upper, work, target });
    lower = target;
    return mounted;
  });
  return { steps, merged: lower };
}

needs("overlays nest twice, and the third is refused with a hint about the depth", async () => {
  using dirs = layers();
  const twice = nested(dirs, 2);
  expect(await outputOfShell('cat "$1/file"; touch "$1/made" && ls "$1"', twice.steps, twice.merged)).toBe(
    "from the bottomfile\nmade",
  );
  await expect(outputOfShell("true", nested(dirs, 3).steps)).rejects.toMatchObject({
    syscall: "mount",
    code: "EINVAL",
    hint: expect.stringContaining("an overlay on an overlay"),
  });
});

needs("an upper directory on an overlay is refused with the same hint", async () => {
  using dirs = layers();
  const below = dirs.writable();
  mkdirSync(join(below.upper, "u"));
  mkdirSync(join(below.upper, "w"));
  const { target } = dirs.writable();
  const lower = dirs.layer("lower");
  const setup = [
    overlay({ lower: [lower], ...below }),
    overlay({ lower: [lower], upper: join(below.target, "u"), work: join(below.target, "w"), target }),
  ];
  await expect(outputOfShell("true", setup)).rejects.toMatchObject({
    code: "EINVAL",
    hint: expect.stringContaining("an upper directory on an overlay"),
  });
});
