import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** Runs a module of this package's user, which becomes something else. */
function run(code: string) {
  const module = `import { become, call, into, step, value } from "@wb/syscall"; ${code}`;
  const argv = ["--conditions=wb-source", "--input-type=module-typescript", "--eval", module];
  const { pid, status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: import.meta.dirname,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "ignore"],
  });
  return { pid, status, stdout, stderr };
}

const COMPLAINT = `{ prefix: "box: ", status: 3 }`;

test("become() makes the calls in this process, which keeps its pid", () => {
  const made = run(
    `become([step("run sh", [call("execve", "/bin/sh", ["sh", "-c", "echo $$"], [])])], { argv: ["x"], complaint: ${COMPLAINT} });`,
  );
  expect(made).toMatchObject({ status: 0, stdout: `${made.pid}\n`, stderr: "" });
});

test("become() ends with the Program's status", () => {
  expect(run(`become([step("end", [call("exit_group", 7)])], { argv: ["x"], complaint: ${COMPLAINT} });`).status).toBe(
    7,
  );
});

test("become() gives the Program the cells and file descriptors that it was given, and no others", () => {
  const made = run(`
    import { openSync } from "node:fs";
    const [kept, other] = [openSync("/dev/null", "r"), openSync("/dev/null", "r")];
    const show = call("execve", "/bin/sh", ["sh", "-c", "test -e /proc/$$/fd/" + kept + " && ! test -e /proc/$$/fd/" + other + " && echo kept"], []);
    become([step("use it", [into("copy", call("fcntl", value("fd"), 1)), show])], {
      argv: ["x"], inputs: { fd: kept }, inherit: [kept], complaint: ${COMPLAINT} });`);
  expect(made).toMatchObject({ status: 0, stdout: "kept\n", stderr: "" });
});

test("a process that became a Program says which call of which step failed", () => {
  const made = run(
    `become([step("unmount it", [call("getpid"), call("umount2", "/no/such", value("flags"))])], { argv: ["x"], inputs: { flags: 2 }, complaint: ${COMPLAINT} });`,
  );
  expect(made.status).toBe(3);
  expect(made.stderr).toMatch(
    /^box: unmount it: umount2\("\/no\/such", MNT_DETACH\): (?:ENOENT, No such file|EPERM, Oper)/u,
  );
});

test("a complaint may be another for one error of one call", () => {
  const special = `(made) => made.call === "execve" ? (code) => ({ text: code + " " + made.args[0] + "\\n", status: 126 }) : undefined`;
  const become = (path: string) =>
    run(
      `become([step("run it", [call("execve", ${JSON.stringify(path)}, ["x"], [])])], { argv: ["x"], complaint: { ...${COMPLAINT}, special: ${special} } });`,
    );
  expect(become("/no/such")).toMatchObject({ status: 126, stderr: "ENOENT /no/such\n" });
  expect(become("/etc/passwd")).toMatchObject({ status: 126, stderr: "EACCES /etc/passwd\n" });
});

test("what a complaint quotes cannot move the cursor", () => {
  const made = run(
    `become([step("leave \\u001b[2J", [call("chdir", "/\\u001b[2J\\u202e")])], { argv: ["x"], complaint: ${COMPLAINT} });`,
  );
  expect(made.stderr).toBe('box: leave \\u001b[2J: chdir("/\\u001b[2J\\u202e"): ENOENT, No such file or directory\n');
});
