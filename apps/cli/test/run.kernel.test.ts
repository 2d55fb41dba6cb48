import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { output, wb, wbScript } from "./support/wb.ts";

const rooted = requires("root");

rooted(
  "wb run gives a container of its own: namespaces, root, limits, docker's privileges, and leaves nothing",
  async () => {
    const before = hostState();
    const script = `hostname; echo $$; ls /proc | grep -c "^[0-9]"; touch /made-here; ip -o link; grep CapEff /proc/self/status; cat /proc/self/cgroup`;
    const args = [
      "run",
      "--rm",
      "--net",
      "none",
      "--rootfs",
      "/:O",
      "--hostname",
      "box",
      "-m",
      "64m",
      "sh",
      "-c",
      script,
    ];
    const { stdout, stderr, status } = await wb(args);
    expect([stderr, status]).toEqual(["", 0]);
    const [name, pid, processes, ...rest] = stdout.trimEnd().split("\n");
    const links = rest.filter((line) => /^\d+: \w+/u.test(line) && line.includes("mtu"));
    const groups = rest.filter((line) => /^\d+:[\w=,]*:/u.test(line));
    expect([name, pid]).toEqual(["box", "1"]);
    expect(Number(processes)).toBeLessThan(6);
    expect(links).toEqual([expect.stringMatching(/^1: lo: <LOOPBACK,UP,LOWER_UP> /u)]);
    expect(rest).toContain("CapEff:\t00000000a80425fb");
    expect(groups.length).toBe(readFileSync("/proc/self/cgroup", "utf8").trim().split("\n").length);
    expect(groups.map((line) => line.split(":")[2])).toEqual(groups.map(() => "/"));
    expect(rest).toHaveLength(links.length + groups.length + 1);
    expect(existsSync("/made-here")).toBe(false);
    await isAsBefore(before);
  },
);

describe("wb run --hostname", () => {
  rooted("names the container, and $HOSTNAME says so", async () => {
    expect(await output(["--hostname", "box", "sh", "-c", "hostname; echo $HOSTNAME"])).toBe("box\nbox\n");
    expect(hostname()).not.toBe("box");
  });

  rooted("is by default a part of the container's id", async () => {
    expect(await output(["sh", "-c", "hostname; echo $HOSTNAME"])).toMatch(/^([0-9a-f]{12})\n\1\n$/u);
  });

  rooted("is by default the host's with --net host", async () => {
    expect(await output(["--net", "host", "hostname"])).toBe(`${hostname()}\n`);
  });
});

describe("wb run --net", () => {
  rooted("none has lo alone, and it is up", async () => {
    const ping = "ip -o link | wc -l; ip -o -4 addr show lo | tr -s ' ' | cut -d' ' -f4; ip route | wc -l";
    expect(await output(["--net", "none", "sh", "-c", ping])).toBe("1\n127.0.0.1/8\n0\n");
  });

  rooted("none is the default", async () => {
    expect(await output(["readlink", "/proc/self/ns/net"])).not.toBe(readlink("net"));
  });

  rooted("host is the host's network", async () => {
    expect(await output(["--net", "host", "readlink", "/proc/self/ns/net"])).toBe(readlink("net"));
  });
});

function readlink(kind: string): string {
  return execaSyncText(["readlink", `/proc/self/ns/${kind}`]);
}

function execaSyncText([file = "", ...args]: readonly string[]): string {
  const { stdout } = spawnSync(file, args, { encoding: "utf8" });
  return stdout;
}

rooted("wb run makes new namespaces of every kind but user and time", async () => {
  const kinds = ["cgroup", "ipc", "mnt", "net", "pid", "uts"];
  const inside = (
    await output(["sh", "-c", `for i in ${kinds.join(" ")} user time; do readlink /proc/self/ns/$i; done`])
  ).split("\n");
  for (const [index, kind] of kinds.entries()) {
    expect(inside[index]).toMatch(new RegExp(`^${kind}:\\[\\d+\\]$`, "u"));
    expect(`${inside[index]}\n`).not.toBe(readlink(kind));
  }
  expect(inside.slice(kinds.length)).toEqual([readlink("user").trim(), readlink("time").trim(), ""]);
});

describe("wb run -e", () => {
  const env = (...args: string[]): Promise<string> =>
    output([...args, "--hostname", "box", "env"], { env: { WB_TEST_GIVEN: "from here", WB_TEST_OTHER: "secret" } });

  rooted("gives docker's variables and no others", async () => {
    expect((await env()).split("\n").toSorted()).toEqual([
      "",
      "HOME=/root",
      "HOSTNAME=box",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]);
  });

  rooted("K=V sets one, whatever is in it", async () => {
    const printed = await output(["-e", "A=b=c d\n'\"$(x)", "-e", "EMPTY=", "printenv", "A", "EMPTY"]);
    expect(printed).toBe("b=c d\n'\"$(x)\n\n");
  });

  rooted("K takes wb's own, and leaves out what is not set", async () => {
    const printed = await env("-e", "WB_TEST_GIVEN", "-e", "WB_TEST_MISSING");
    expect(printed).toContain("WB_TEST_GIVEN=from here\n");
    expect(printed).not.toMatch(/WB_TEST_(?:OTHER|MISSING)/u);
  });

  rooted("overrides what is given, and the last of a name counts", async () => {
    const printed = await env("-e", "HOME=/h", "-e", "PATH=/usr/bin", "-e", "A=1", "-e", "A=2");
    expect(printed.split("\n").toSorted()).toEqual(["", "A=2", "HOME=/h", "HOSTNAME=box", "PATH=/usr/bin"]);
  });
});

describe("wb run -w", () => {
  rooted("starts the command in a directory", async () => {
    expect(await output(["-w", "/usr/share", "pwd"])).toBe("/usr/share\n");
  });

  rooted("starts it in / by default", async () => {
    expect(await output(["pwd"])).toBe("/\n");
  });

  rooted("makes a directory that is missing, in the container alone", async () => {
    expect(await output(["-w", "/wb-test/made/here", "-u", "nobody", "sh", "-c", "pwd; stat -c '%U %a' ."])).toBe(
      "/wb-test/made/here\nroot 755\n",
    );
    expect(existsSync("/wb-test")).toBe(false);
  });

  rooted("follows symbolic links within the container", async () => {
    expect(await output(["-w", "/var/run", "pwd", "-P"])).toBe("/run\n");
  });

  rooted("refuses a file", async () => {
    const { stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "-w", "/etc/passwd", "true"]);
    expect([status, stderr]).toEqual([125, expect.stringMatching(/\/etc\/passwd.*ENOTDIR/u)]);
  });

  rooted("refuses a relative path", async () => {
    const { stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "-w", "share", "true"]);
    expect([status, stderr]).toEqual([125, expect.stringContaining('"share" for --workdir: an absolute path')]);
  });
});

describe("wb run stdio", () => {
  rooted("-i gives the command this stdin, byte by byte, to its end", async () => {
    const bytes = randomBytes(5_000_000);
    using directory = temporaryDirectory();
    const [from, to] = [join(directory.path, "from"), join(directory.path, "to")];
    writeFileSync(from, bytes);
    const { stdout, exitCode } = await execa("sh", [
      "-c",
      `cat ${from} | ${wbScript()} run --rm --rootfs=/:O -i sh -c 'cat; echo end >&2' > ${to}`,
    ]);
    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(readFileSync(to).equals(bytes)).toBe(true);
  });

  rooted("-i ends when stdin does", async () => {
    expect(await output(["-i", "sh", "-c", "read a; read b; echo $a,$b,$?"], { input: "one\n" })).toBe("one,,1\n");
  });

  rooted("without -i stdin is /dev/null, and wb's own is left alone", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `printf 'one\ntwo\n' | { ${wbScript()} run --rm --rootfs=/:O sh -c 'cat; readlink /proc/self/fd/0'; cat; }`,
    ]);
    expect(stdout).toBe("/dev/null\none\ntwo");
  });

  rooted("keeps stdout and stderr apart", async () => {
    const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "sh", "-c", "echo out; echo err >&2"]);
    expect([stdout, stderr, status]).toEqual(["out\n", "err\n", 0]);
  });

  rooted("loses nothing of a large output", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `${wbScript()} run --rm --rootfs=/:O head -c 200000000 /dev/zero | wc -c`,
    ]);
    expect(stdout).toBe("200000000");
  });

  rooted("lets the command end by SIGPIPE when nobody reads", async () => {
    const { stdout, stderr } = await execa("sh", [
      "-c",
      `{ ${wbScript()} run --rm --rootfs=/:O sh -c 'yes; echo $? >&2'; echo wb $? >&2; } | head -n 1`,
    ]);
    expect([stdout, stderr]).toEqual(["y", "141\nwb 0"]);
  });

  rooted("gives an ordinary user the pipes of stdin, stdout and stderr to open again", async () => {
    const script = "cat < /dev/stdin; echo out > /dev/stdout; echo err > /dev/stderr";
    const { stdout, stderr } = await execa("sh", [
      "-c",
      `echo in | ${wbScript()} run --rm --rootfs=/:O -i -u nobody sh -c '${script}' 2>&1 >/dev/null | cat; echo in | ${wbScript()} run --rm --rootfs=/:O -i -u nobody sh -c '${script}' 2>/dev/null | cat`,
    ]);
    expect([stdout, stderr]).toEqual(["err\nin\nout", ""]);
  });

  rooted("works when wb has no stdin at all", async () => {
    const { stdout, stderr } = await execa("sh", [
      "-c",
      `${wbScript()} run --rm --rootfs=/:O readlink /proc/self/fd/0 <&-`,
    ]);
    expect([stdout, stderr]).toEqual(["/dev/null", ""]);
  });

  rooted("leaves the caller's file descriptions blocking", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `echo | { ${wbScript()} run --rm --rootfs=/:O -i true; grep flags /proc/self/fdinfo/0; } | cat`,
    ]);
    expect(Number.parseInt(/^flags:\t(\d+)$/u.exec(stdout)![1]!, 8) & constants.O_NONBLOCK).toBe(0);
  });
});

describe("wb run exit status", () => {
  rooted.for([
    { command: ["true"], status: 0 },
    { command: ["false"], status: 1 },
    { command: ["sh", "-c", "exit 3"], status: 3 },
    { command: ["sh", "-c", "exit 255"], status: 255 },
    { command: ["sh", "-c", "kill -TERM $$; sleep 0.1; exit 143"], status: 143 },
    { command: ["sh", "-c", "sh -c 'kill -KILL $$'; exit $?"], status: 137 },
    { command: ["perl", "-e", "unpack 'p', pack 'J', 1"], status: 139 },
    { command: ["no-such-command"], status: 127 },
    { command: ["/no/such/command"], status: 127 },
    { command: ["/etc/passwd/x"], status: 127 },
    { command: [""], status: 127 },
    { command: ["/etc/passwd"], status: 126 },
    { command: ["/etc"], status: 126 },
  ])("of $command is $status", async ({ command, status }) => {
    expect(await wb(["run", "--rm", "--rootfs=/:O", "--", ...command])).toMatchObject({ status });
  });

  rooted("is 126 for a file that is no program", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "text"), "no program\n", { mode: 0o755 });
    expect(await wb(["run", "--rm", "--rootfs=/:O", "-v", `${directory.path}:/t`, "/t/text"])).toMatchObject({
      status: 126,
      stderr: expect.stringContaining("exec format error") as string,
    });
  });

  rooted("is 127 for a script whose interpreter is missing", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "script"), "#!/no/such/interpreter\n", { mode: 0o755 });
    expect(await wb(["run", "--rm", "--rootfs=/:O", "-v", `${directory.path}:/t`, "/t/script"])).toMatchObject({
      status: 127,
    });
  });

  rooted("searches the container's PATH, not wb's", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "wb-test-here"), "#!/bin/sh\necho here\n", { mode: 0o755 });
    const env = { PATH: `${directory.path}:${process.env["PATH"]}` };
    expect(await wb(["run", "--rm", "--rootfs=/:O", "wb-test-here"], { env })).toMatchObject({ status: 127 });
    expect(await output(["-v", `${directory.path}:/t`, "-e", "PATH=/t:/bin", "wb-test-here"])).toBe("here\n");
  });
});

describe("wb run", () => {
  rooted("runs the command as pid 1, which gets its arguments as they are", async () => {
    const args = ["a b", "", "$HOME", "*", "ü\n", "--rm", "-x"];
    expect(await output(["sh", "-c", 'echo $$; for i; do printf "<%s>" "$i"; done', "sh", ...args])).toBe(
      `1\n${args.map((arg) => `<${arg}>`).join("")}`,
    );
  });

  rooted("ends all processes of the container when the command ends", async () => {
    const before = hostState();
    const { stdout } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "sh",
      "-c",
      "(trap '' TERM HUP; exec sleep 4711) & echo started",
    ]);
    expect(stdout).toBe("started\n");
    await isAsBefore(before);
    const { stdout: running } = await execa("pgrep", ["-f", "sleep 4711"], { reject: false });
    expect(running).toBe("");
  });

  rooted("does not end before the command, though its stdout is closed", async () => {
    const started = performance.now();
    await output(["sh", "-c", "exec >&- 2>&-; sleep 0.7"]);
    expect(performance.now() - started).toBeGreaterThan(700);
  });

  rooted("starts from any directory, also one that is gone", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `d=$(mktemp -d -p ${tmpdir()}); cd $d; rmdir $d; exec ${wbScript()} run --rm --rootfs=/:O --rootfs /:O pwd`,
    ]);
    expect(stdout).toBe("/");
  });

  rooted("leaves wb's umask to wb", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `umask 077; ${wbScript()} run --rm --rootfs=/:O sh -c 'umask; touch /tmp/f; stat -c %a /tmp/f'; umask`,
    ]);
    expect(stdout).toBe("0022\n644\n0077");
  });

  rooted("keeps the caller's limit of open files, which Node raises for itself", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `ulimit -Sn 789; ${wbScript()} run --rm --rootfs=/:O sh -c 'ulimit -Sn; ulimit -Hn'; ulimit -Hn`,
    ]);
    const [soft, hard, own] = stdout.split("\n");
    expect([soft, hard]).toEqual(["789", own]);
  });

  rooted("gives the command default actions for all signals, none blocked", async () => {
    const lines = await output(["cat", "/proc/self/status"]);
    expect([...lines.matchAll(/^Sig(?:Blk|Ign|Cgt):\t(\w+)$/gmu)].map(([, mask]) => mask)).toEqual(
      ["0", "0", "0"].map((digit) => digit.repeat(16)),
    );
  });
});
