import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  type Program,
  AT,
  AT_FDCWD,
  CLONE,
  MNT,
  MS,
  OPEN_TREE,
  SIG,
  address,
  call,
  cloneArgs,
  explain,
  explainData,
  ignoring,
  into,
  memory,
  pointer,
  step,
  tell,
  value,
} from "../src/index.ts";

/** A small container's set-up, with every kind of instruction. */
const program: Program = [
  step("make namespaces", [call("unshare", CLONE.NEWNS | CLONE.NEWUTS)], "unshare --mount --uts"),
  step("set the host name", [call("sethostname", "box", 3)], "hostname box"),
  step(
    "bind /usr on /mnt/usr, read-only",
    [
      into("tree", call("open_tree", AT_FDCWD, "/usr", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE)),
      ignoring(call("mkdirat", AT_FDCWD, "/mnt/usr", 0o755), "EEXIST", "EROFS"),
      call("move_mount", value("tree"), "", AT_FDCWD, "/mnt/usr", 4),
      call("mount", null, "/mnt/usr", null, MS.REMOUNT | MS.BIND | MS.RDONLY | 0x4000_0000, null),
      ignoring(call("close", value("tree"))),
    ],
    "mount --rbind /usr /mnt/usr\nmount -o remount,bind,ro /mnt/usr",
  ),
  step("wait for the parent", [
    memory("byte", 8),
    { label: "again" },
    into("length", ignoring(call("read", value("go"), address("byte"), 1), "EINTR")),
    { jump: "again", when: { value: "length", equals: -4 } },
    { jump: "gone", when: { value: "length", lessThan: 1 } },
    { jump: "known", when: { value: "byte", offset: 4, mask: 0xffn, equals: 0x67 } },
    { label: "gone" },
    call("exit_group", 127),
    { label: "known" },
    { assign: address("total", 8), to: value("total", 8, 0xffff_ffffn), plus: value("length") },
    { assign: address("count"), to: 1 },
    { jump: "end" },
    { label: "end" },
  ]),
  step("make a process", [
    into("pid", call("clone3", pointer(cloneArgs, { flags: CLONE.PARENT, exit_signal: SIG.CHLD }), 88)),
  ]),
  tell("ready", "pid"),
  step("execute the command", [call("execve", "/bin/sh", ["sh", "-c", "echo \u001b[2J"], ["PATH=/bin"])]),
];

describe("explain()", () => {
  test("prints a Program as strace would, with labels and shell commands", () => {
    expect(explain(program)).toMatchInlineSnapshot(`
      "# make namespaces
      # $ unshare --mount --uts
      unshare(CLONE_NEWNS|CLONE_NEWUTS)

      # set the host name
      # $ hostname box
      sethostname("box", 3)

      # bind /usr on /mnt/usr, read-only
      # $ mount --rbind /usr /mnt/usr
      # $ mount -o remount,bind,ro /mnt/usr
      open_tree(AT_FDCWD, "/usr", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE) = tree
      mkdirat(AT_FDCWD, "/mnt/usr", 0755)  # or EEXIST, EROFS
      move_mount(tree, "", AT_FDCWD, "/mnt/usr", MOVE_MOUNT_F_EMPTY_PATH)
      mount(NULL, "/mnt/usr", NULL, MS_RDONLY|MS_REMOUNT|MS_BIND|0x40000000, NULL)
      close(tree)  # or any error

      # wait for the parent
      again:
      read(go, &byte, 1) = length  # or EINTR
      if (length == -4) goto again
      if (length < 1) goto gone
      if ((byte+4 & 0xff) == 103) goto known
      gone:
      exit_group(127)
      known:
      total+8 = (total+8 & 0xffffffff) + length
      count = 1
      goto end
      end:

      # make a process
      clone3({flags=CLONE_PARENT, exit_signal=SIGCHLD}, 88) = pid

      # tell the parent: ready
      message ready+8 = pid
      write(report, &message ready, 16)

      # execute the command
      execve("/bin/sh", ["sh", "-c", "echo \\u001b[2J"], ["PATH=/bin"])
      "
    `);
  });

  test("prints nothing for nothing, and a Step without calls by its label", () => {
    expect(explain([])).toBe("");
    expect(explain([step("nothing", [])])).toBe("# nothing\n");
  });

  test("lets no control character through, wherever it stands", () => {
    const evil = "a\u001b[2Jb\u009bc\u202ed\u0007";
    const text = explain([
      step(
        `bind ${evil}`,
        [
          call("mount", evil, evil, evil, 0, evil),
          call("execve", evil, [evil], [evil]),
          call("write", 1, Buffer.from(evil), 12),
        ],
        `mount ${evil}`,
      ),
      step("two\nlines", [], "one\ntwo"),
    ]);
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    expect(text).toContain(String.raw`# bind a\u001b[2Jb\u009bc\u202ed\u0007`);
    // A line of its own could look like a call.
    expect(text).toContain("# two\\u000alines\n# $ one\n# $ two\n");
  });
});

describe("explainData()", () => {
  test("gives the same as data that survives JSON", () => {
    const data = explainData(program);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(data).toMatchInlineSnapshot(`
      [
        {
          "calls": [
            {
              "args": {
                "flags": "CLONE_NEWNS|CLONE_NEWUTS",
              },
              "syscall": "unshare",
            },
          ],
          "shell": "unshare --mount --uts",
          "step": "make namespaces",
        },
        {
          "calls": [
            {
              "args": {
                "len": "3",
                "name": ""box"",
              },
              "syscall": "sethostname",
            },
          ],
          "shell": "hostname box",
          "step": "set the host name",
        },
        {
          "calls": [
            {
              "args": {
                "dirfd": "AT_FDCWD",
                "flags": "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE",
                "path": ""/usr"",
              },
              "result": "tree",
              "syscall": "open_tree",
            },
            {
              "args": {
                "dirfd": "AT_FDCWD",
                "mode": "0755",
                "pathname": ""/mnt/usr"",
              },
              "ignore": [
                "EEXIST",
                "EROFS",
              ],
              "syscall": "mkdirat",
            },
            {
              "args": {
                "flags": "MOVE_MOUNT_F_EMPTY_PATH",
                "from_dirfd": "tree",
                "from_path": """",
                "to_dirfd": "AT_FDCWD",
                "to_path": ""/mnt/usr"",
              },
              "syscall": "move_mount",
            },
            {
              "args": {
                "data": "NULL",
                "filesystemtype": "NULL",
                "mountflags": "MS_RDONLY|MS_REMOUNT|MS_BIND|0x40000000",
                "source": "NULL",
                "target": ""/mnt/usr"",
              },
              "syscall": "mount",
            },
            {
              "args": {
                "fd": "tree",
              },
              "ignore": "any",
              "syscall": "close",
            },
          ],
          "shell": "mount --rbind /usr /mnt/usr
      mount -o remount,bind,ro /mnt/usr",
          "step": "bind /usr on /mnt/usr, read-only",
        },
        {
          "calls": [
            {
              "args": {
                "buf": "&byte",
                "count": "1",
                "fd": "go",
              },
              "ignore": [
                "EINTR",
              ],
              "result": "length",
              "syscall": "read",
            },
            {
              "args": {
                "status": "127",
              },
              "syscall": "exit_group",
            },
          ],
          "step": "wait for the parent",
        },
        {
          "calls": [
            {
              "args": {
                "cl_args": "{flags=CLONE_PARENT, exit_signal=SIGCHLD}",
                "size": "88",
              },
              "result": "pid",
              "syscall": "clone3",
            },
          ],
          "step": "make a process",
        },
        {
          "calls": [
            {
              "args": {
                "buf": "&message ready",
                "count": "16",
                "fd": "report",
              },
              "syscall": "write",
            },
          ],
          "step": "tell the parent: ready",
        },
        {
          "calls": [
            {
              "args": {
                "argv": "["sh", "-c", "echo \\u001b[2J"]",
                "envp": "["PATH=/bin"]",
                "pathname": ""/bin/sh"",
              },
              "syscall": "execve",
            },
          ],
          "step": "execute the command",
        },
      ]
    `);
  });

  test("has the calls of explain(), in its order and words", () => {
    const lines = explain(program).split("\n");
    for (const { syscall, args } of explainData(program).flatMap(({ calls }) => calls)) {
      const line = `${syscall}(${Object.values(args).join(", ")})`;
      const found = lines.findIndex((candidate) => candidate.startsWith(line));
      expect(found).toBeGreaterThanOrEqual(0);
      lines.splice(0, found + 1);
    }
  });
});

describe("explain() needs nothing of the machine", () => {
  test("what it prints is not done", () => {
    expect(explain([step("unmount all", [call("umount2", "/", MNT.DETACH)])])).toBe(
      '# unmount all\numount2("/", MNT_DETACH)\n',
    );
  });

  test("no native code is loaded before a Program runs, and then without koffi's JavaScript", () => {
    const script = `
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { call, explain, run, step } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
      const isLoaded = () => readFileSync("/proc/self/maps", "utf8").includes("/koffi.node");
      const program = [step("test", [call("getpid")])];
      explain(program);
      const before = isLoaded();
      run(program);
      const wrapper = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.endsWith("js"));
      console.log(JSON.stringify([before, isLoaded(), wrapper]));
    `;
    const options = ["--conditions=wb-source", "--input-type=module", "--eval", script];
    expect(JSON.parse(execFileSync(process.execPath, options, { encoding: "utf8" }))).toEqual([false, true, []]);
  });
});
