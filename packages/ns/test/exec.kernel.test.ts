import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";

leavesHostUnchanged();

/** What a process prints that becomes a command. */
function outputOf(script: string) {
  const text = `
    import { exec } from "@wb/ns";
    import { call, step } from "@wb/syscall";
    ${script}
  `;
  const options = ["--conditions=wb-source", "--input-type=module", "--eval", text];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, options, {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
  });
  return { stdout: stdout.trim(), stderr, status: status ?? signal };
}

test("exec() becomes the command: the same process, with its exit status", () => {
  const { stdout, status } = outputOf(`
    console.log(process.pid, process.ppid);
    exec(["sh", "-c", "echo $$ $PPID; exit 7"]);
  `);
  const [before, after] = stdout.split("\n");
  expect([after, status]).toEqual([before, 7]);
});

test("exec() leaves the command what a child of child_process has, and nothing of Node", () => {
  const script = "grep -E '^(Sig|Shd|Threads|NoNewPrivs|Seccomp)' /proc/self/status; grep flags /proc/$$/fdinfo/1";
  const own = /^SigQ.*$/mu;
  const { stdout } = outputOf(`
    process.on("SIGUSR1", () => undefined);
    setInterval(() => undefined, 1000);
    const { openSync } = await import("node:fs");
    openSync("/etc/passwd");
    exec(["sh", "-c", ${JSON.stringify(`ls /proc/$$/fd; ${script}`)}]);
  `);
  const peer = spawnSync("sh", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [zero, one, two, ...rest] = stdout.replace(own, "").split("\n");
  expect([zero, one, two]).toEqual(["0", "1", "2"]);
  expect(rest.join("\n")).toBe(peer.stdout.trim().replace(own, ""));
});

test("exec() gives the command env and cwd", () => {
  using directory = temporaryDirectory();
  const { stdout } = outputOf(
    `exec(["sh", "-c", "pwd; env"], { env: { PATH: "/usr/bin:/bin", A: "1" }, cwd: ${JSON.stringify(directory.path)} });`,
  );
  expect(stdout.split("\n").toSorted()).toEqual([directory.path, "A=1", "PATH=/usr/bin:/bin", `PWD=${directory.path}`]);
});

requires("root", "command:busybox")(
  "exec() makes setup before it becomes the user, and searches the command there",
  () => {
    using root = busyboxRoot();
    const { stdout, stderr } = outputOf(`
    exec(["id"], {
      setup: [step("change the root", [call("chroot", ${JSON.stringify(root.path)}), call("chdir", "/")])],
      env: { PATH: "/bin" },
      user: { uid: 65534, gid: 65534, groups: [44] },
    });
  `);
    expect(stderr).toBe("");
    expect(stdout).toBe("uid=65534(nobody) gid=65534(nogroup) groups=44");
  },
);

test("exec() throws when the command cannot be executed, or its set-up fails", () => {
  const { stdout, status } = outputOf(`
    const attempt = (...args) => { try { exec(...args); } catch (error) { console.log(error.name, error.code, error.step ?? error.command); } };
    attempt(["true"], { setup: [step("fail", [call("close", -1)])] });
    attempt(["true"], { cwd: "/missing" });
    attempt(["/missing"]);
    attempt(["/etc/passwd"]);
  `);
  expect(stdout.split("\n")).toEqual([
    "SyscallError EBADF fail",
    "SyscallError ENOENT start in /missing",
    "CommandError ENOENT /missing",
    "CommandError EACCES /etc/passwd",
  ]);
  expect(status).toBe(0);
});

test("exec() works in a Worker, too", () => {
  const { stdout, status } = outputOf(`
    import { Worker } from "node:worker_threads";
    console.log(process.pid);
    new Worker('import { exec } from "@wb/ns"; exec(["sh", "-c", "echo $$; exit 3"]);', { eval: true });
  `);
  const [before, after] = stdout.split("\n");
  expect([after, status]).toEqual([before, 3]);
});
