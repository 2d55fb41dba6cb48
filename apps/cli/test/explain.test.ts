import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { wb, wbProgram, wbScript } from "./support/wb.ts";

interface ExplainedPart {
  readonly process: string;
  readonly steps: readonly {
    readonly step: string;
    readonly shell?: string;
    readonly calls: readonly { readonly syscall: string }[];
  }[];
}

const FLAGS = ["--net", "none", "--rootfs", "/:O", "-m", "64m", "--cpus", "0.5", "--hostname", "box", "--name", "web"];

async function explained(...args: string[]): Promise<ExplainedPart[]> {
  const { stdout, stderr, status } = await wb(["explain", "--json", "run", "--rootfs=/:O", ...args]);
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout) as ExplainedPart[];
}

describe("wb explain run", () => {
  test("prints every part of a container's making as text, in order", async () => {
    const { stdout, stderr, status } = await wb(["explain", "run", ...FLAGS, "sh", "-c", "echo hello"]);
    expect([stderr, status]).toEqual(["", 0]);
    const inOrder: readonly (string | RegExp)[] = [
      "## wb: state and cgroup",
      "mkdirat(",
      "flock(",
      'symlinkat("',
      /memory\.(?:limit_in_bytes|max)/u,
      "## wb: the new process",
      "memfd_create(",
      "clone3(",
      "CLONE_NEWPID",
      "execveat(",
      "## the new process",
      "setsid()",
      "keyctl(",
      "mount --make-rprivate /",
      'mount("overlay"',
      "move_mount(",
      "pivot_root(",
      'sethostname("box", 3)',
      "capset(",
      'execve("/usr/bin/sh", ["sh", "-c", "echo hello"]',
      "## wb: after the command has ended",
      "unlinkat(",
    ];
    let rest = stdout;
    for (const text of inOrder) {
      const at = typeof text === "string" ? rest.indexOf(text) : rest.search(text);
      expect([text, at >= 0]).toEqual([text, true]);
      rest = rest.slice(at + 1);
    }
  });

  test("labels every step, and gives the shell command that does the same", async () => {
    const { stdout } = await wb(["explain", "run", ...FLAGS, "sh"]);
    const paragraphs = stdout.split(/\n\n/u).filter((text) => text.trim() !== "");
    for (const text of paragraphs) expect(text).toMatch(/^(?:##? \S)/u);
    for (const shell of [
      "mount -t overlay",
      "unshare --cgroup",
      "hostname box",
      "ip link set lo up",
      "pivot_root . .",
      "setpriv --bounding-set",
    ])
      expect(stdout).toContain(shell);
  });

  requires("command:tini-static")("shows how a terminal and an init come into the container", async () => {
    const { stdout } = await wb(["explain", "run", "--rootfs=/:O", "-it", "--init", "sh"]);
    for (const text of [
      'fsopen("devpts", FSOPEN_CLOEXEC)',
      "TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC) = terminal:slave",
      "# $ stty raw -echo",
      "# mount the terminal's devpts on /dev/pts",
      "# show the terminal as /dev/console",
      /# bind \S*(?:tini|docker-init)\S* on \/dev\/init, read-only/u,
      "ioctl(terminal:slave, TIOCSCTTY, 0)",
      'execve("/dev/init", ["/dev/init", "--", "sh"]',
    ])
      expect(stdout).toMatch(text);
  });

  test("--json is the same as data", async () => {
    const parts = await explained(...FLAGS, "sh");
    expect(parts.map(({ process }) => process)).toEqual([
      "wb: state and cgroup",
      "wb: the new process",
      "the new process",
      "wb: after the command has ended",
    ]);
    for (const { step, calls } of parts.flatMap(({ steps }) => steps)) {
      expect(step).toMatch(/^\S/u);
      expect(Array.isArray(calls)).toBe(true);
    }
    const last = parts[2]?.steps.at(-2)?.calls.at(-1);
    expect(last).toMatchObject({ syscall: "execve" });
  });

  test("--json is understood after run, too", async () => {
    const { stdout } = await wb(["explain", "run", "--json", ...FLAGS, "sh"]);
    expect((JSON.parse(stdout) as ExplainedPart[])[2]?.steps.length).toBeGreaterThan(20);
  });

  test("takes --json after the command for an argument of the command", async () => {
    const { stdout } = await wb(["explain", "run", "--rootfs=/:O", "sh", "--json"]);
    expect(stdout).toContain('["sh", "--json"]');
  });

  test("prints all of it into a pipe that is read slowly", async () => {
    const whole = await wb(["explain", "--json", "run", "--rootfs=/:O", "sh"]);
    const slow = await execa("sh", ["-c", `${wbScript()} explain --json run --rootfs=/:O sh | { sleep 0.3; cat; }`]);
    expect(slow.stdout.length).toBeGreaterThan(65_536);
    expect(slow.stdout.replaceAll(/[0-9a-f]{64}|[0-9a-f]{12}/gu, "ID")).toBe(
      whole.stdout.trimEnd().replaceAll(/[0-9a-f]{64}|[0-9a-f]{12}/gu, "ID"),
    );
  });

  test("says nothing when its reader goes away", async () => {
    const { stdout, stderr } = await execa("sh", ["-c", `${wbScript()} explain run --rootfs=/:O sh | head -n 1`]);
    expect([stdout, stderr]).toEqual(["## wb: state and cgroup", ""]);
  });

  test.for([
    { args: ["explain"], message: '"wb explain" requires at least 1 argument.' },
    { args: ["explain", "ls"], message: 'cannot explain "ls"' },
    { args: ["explain", "run"], message: '"wb run" requires at least 1 argument.' },
    { args: ["explain", "run", "--rootfs=/:O", "-m", "1x", "sh"], message: 'invalid argument "1x" for -m, --memory' },
    { args: ["explain", "run", "--rootfs=/:O", "--bogus", "sh"], message: "unknown flag: --bogus" },
    { args: ["explain", "--bogus", "run"], message: "unknown flag: --bogus" },
    {
      args: ["explain", "run", "--rootfs", "/no/such", "sh"],
      message: 'invalid argument "/no/such" for --rootfs: there is no such file or directory',
    },
    { args: ["explain", "run", "--rootfs=/:O", "-u", "mallory", "sh"], message: "unable to find user mallory" },
  ])("refuses $args as run does", async ({ args, message }) => {
    const { stdout, stderr, status } = await wb(args);
    expect([stdout, status]).toEqual(["", message.includes("requires") ? 1 : 125]);
    expect(stderr).toContain(`wb: ${message}`);
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  });

  test("--help names what it is for", async () => {
    const { stdout, status } = await wb(["explain", "--help"]);
    expect([stdout.split("\n")[0], status]).toEqual([
      "Usage:  wb explain [OPTIONS] run [RUN OPTIONS] COMMAND [ARG...]",
      0,
    ]);
  });

  /** Where the checkout lies behind a directory that others may not enter, it is bound to one that they may. */
  const BOUND = `mount --bind "$1" "$2" && shift && cd / && bound=$1 && shift && exec setpriv --reuid=65534 --regid=65534 --clear-groups \\
    strace -f -qq -o "$bound.trace/trace" -e trace=%process,%file,%network,mount,umount2,unshare,setns,clone,clone3,sethostname,move_mount,fsopen,fsmount,open_tree,mount_setattr,pivot_root,bpf,keyctl \\
    "$bound/.tools/bin/node" "$bound/apps/cli/dist/wb.cjs" "$@"`;

  requires("root", "command:strace")("does nothing but read and print, as uid 65534", async () => {
    using directory = temporaryDirectory();
    const bound = join(directory.path, "checkout");
    mkdirSync(bound);
    mkdirSync(`${bound}.trace`);
    chmodSync(directory.path, 0o755);
    chmodSync(`${bound}.trace`, 0o777);
    const [, program] = wbProgram();
    const checkout = join(program, "../../../..");
    const argv = [
      "--mount",
      "sh",
      "-c",
      BOUND,
      "sh",
      checkout,
      bound,
      "explain",
      "run",
      ...FLAGS,
      "-v",
      "/no/such/source:/b",
      "sh",
    ];
    const { stdout, stderr } = await execa("unshare", argv, { env: { HOME: "/nonexistent" } });
    expect(stderr).toBe("");
    for (const word of ["pivot_root", "CLONE_NEWPID", "sethostname", "execve", "overlay", "memory"])
      expect(stdout).toContain(word);

    const calls = readFileSync(`${bound}.trace/trace`, "utf8")
      .split("\n")
      .map((line) => line.replace(/^\d+ +/u, ""));
    const effects = calls.filter((call) =>
      /^(?:mount|umount2|unshare|setns|sethostname|move_mount|fsopen|fsmount|open_tree|mount_setattr|pivot_root|bpf|keyctl|mkdir|mkdirat|symlink|symlinkat|link|linkat|unlink|unlinkat|rename|renameat2?|chmod|chown|fchownat|fchmodat|mknod|mknodat|socket|connect|kill|fork|vfork)\(/u.test(
        call,
      ),
    );
    expect(effects).toEqual([]);
    expect(calls.filter((call) => /^open(?:at)?\(.*O_(?:WRONLY|RDWR|CREAT)/u.test(call))).toEqual([]);
    expect(calls.filter((call) => call.startsWith("execve("))).toHaveLength(1);
    // Node's own threads.
    expect(calls.filter((call) => /^clone3?\(/u.test(call) && !call.includes("CLONE_THREAD"))).toEqual([]);
  });

  requires("root")("gives nobody the same text as root", async () => {
    // Neither has one, so that both have the default network as it would be made.
    const env = { WB_ROOT: "/nonexistent" };
    const { stdout } = await wb(["explain", "run", "--rootfs=/:O", "--name", "x", "sh"], { env });
    const [, program] = wbProgram();
    const bind =
      'mount --bind "$1" "$2" && cd / && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$2/.tools/bin/node" "$2/apps/cli/dist/wb.cjs" explain run --rootfs=/:O --name x sh';
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o755);
    const words = ["--mount", "sh", "-c", bind, "sh", join(program, "../../../.."), directory.path];
    const nobody = await execa("unshare", words, { env });
    const plain = (text: string): string => text.trim().replaceAll(/[0-9a-f]{64}|\b[0-9a-f]{12}\b/gu, "ID");
    expect(plain(nobody.stdout)).toBe(plain(stdout));
  });
});
