import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { afterAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { output, start, wb, wbScript } from "./support/wb.ts";

// Containers with a terminal stay for a moment after the last one.
const state = temporaryDirectory("wb-state-");
process.env["WB_STATE"] = state.path;
afterAll(() => state[Symbol.dispose]());

const rooted = requires("root");

/** What a command prints at its terminal, with the terminal's line ends made a file's. */
async function printed(...args: string[]): Promise<string> {
  return (await output(["-t", ...args])).replaceAll("\r\n", "\n");
}

describe("wb run -t gives the command a terminal", () => {
  rooted("that is its stdio, its controlling terminal and its console", async () => {
    const script =
      'tty; stat -Lc "%F %t:%T" /dev/console; echo to tty >/dev/tty; echo to console >/dev/console; echo to stderr >&2; echo $TERM';
    expect(await printed("sh", "-c", script)).toBe(
      "/dev/pts/0\ncharacter special file 88:0\nto tty\nto console\nto stderr\nxterm\n",
    );
  });

  rooted("where -e TERM decides what it is", async () => {
    expect(await printed("-e", "TERM=vt100", "sh", "-c", "echo $TERM")).toBe("vt100\n");
  });

  rooted("of the session that it leads, and whose foreground job it is", async () => {
    const [pid, , , , group, session, terminal, foreground] = (await printed("cat", "/proc/self/stat")).split(" ");
    // 136:0, as tty_nr of proc(5) has it.
    expect([pid, group, session, terminal, foreground]).toEqual(["1", "1", "1", "34816", "1"]);
  });

  rooted("with 24 lines of 80 characters where the caller has none", async () => {
    expect(await printed("stty", "size")).toBe("24 80\n");
  });

  requires("root", "command:script")("of the caller's size from its first instruction on", async () => {
    const { stdout } = await execa(
      "script",
      ["-qec", `stty rows 31 cols 77; exec ${wbScript()} run --rm --rootfs=/:O -t stty size`, "/dev/null"],
      { stdin: "ignore" },
    );
    expect(stdout).toBe("31 77\r");
  });

  rooted("that belongs to its user and the group tty, and the user can make more", async () => {
    const script = 'stat -c "%U %G %a" /dev/pts/0; : >/dev/pts/0 && echo opened; script -qec tty /dev/null';
    expect(await printed("-u", "nobody", "sh", "-c", script)).toBe("nobody tty 620\nopened\n/dev/pts/1\n");
    expect(await printed("stat", "-c", "%U %G %a", "/dev/pts/0")).toBe("root tty 620\n");
  });

  rooted("and no other: nothing of the caller's is open in the container", async () => {
    const { stdout } = await execa("script", [
      "-qec",
      `exec 5</dev/tty; exec ${wbScript()} run --rm --rootfs=/:O -t sh -c 'for i in /proc/[0-9]*/fd/*; do readlink $i; done | sort -u; ls /dev/pts'`,
      "/dev/null",
    ]);
    expect(stdout.split(/\r+\n?/u).filter((line) => line !== "" && !line.startsWith("pipe:"))).toEqual([
      "/dev/pts/0",
      "0  ptmx",
    ]);
  });

  requires(
    "root",
    "command:script",
    "command:perl",
  )("into which it may type without typing into the caller's (TIOCSTI)", async () => {
    const type = String.raw`perl -e 'ioctl(STDIN, 0x5412, $_) or print("refused\n"), exit for split //, "echo typed\n"'`;
    using directory = temporaryDirectory();
    await execa("sh", ["-c", `cat > ${directory.path}/type`], { input: `${type}\n` });
    const session = `${wbScript()} run --rm --rootfs=/:O -it -v ${directory.path}:/t sh /t/type; read -t 0.5 line; echo "read: <$line>"`;
    const { stdout } = await execa("script", ["-qec", `bash -c '${session}'`, "/dev/null"], { stdin: "ignore" });
    expect(stdout).toMatch(/read: <>$/u);
  });

  rooted.for([["--read-only"], ["--privileged"], ["--net", "host"], ["--tmpfs", "/dev/shm"], ["--cap-drop", "ALL"]])(
    "also with %s",
    async (flags) => {
      expect(await printed(...flags, "sh", "-c", "tty; : >/dev/console; echo $?")).toBe("/dev/pts/0\n0\n");
    },
  );

  requires("root", "command:busybox")("also in a directory that has no /dev", async () => {
    using root = busyboxRoot();
    await execa("rmdir", [`${root.path}/dev`]);
    expect(await printed("--rootfs", root.path, "tty")).toBe("/dev/pts/0\n");
  });

  rooted("and several containers have one each at once, of the same name", async () => {
    const before = hostState();
    const script = "tty; echo $(hostname); sleep 0.2; ls /dev/pts";
    const names = ["a", "b", "c", "d", "e"];
    const all = await Promise.all(names.map((name) => printed("--hostname", name, "sh", "-c", script)));
    expect(all).toEqual(names.map((name) => `/dev/pts/0\n${name}\n0  ptmx\n`));
    await isAsBefore(before);
  });
});

rooted("wb run -it refuses to read from what is no terminal, as docker does", async () => {
  expect(await wb(["run", "--rm", "--rootfs=/:O", "-it", "echo", "ran"])).toEqual({
    stdout: "",
    stderr: "wb: the input device is not a TTY\nhint: leave -t away, or -i\n",
    status: 125,
  });
});

describe("what a command writes at its terminal comes out of wb", () => {
  rooted("whole and in order, however much it is and however slowly it is read", async () => {
    const { stdout } = await execa("sh", [
      "-c",
      `${wbScript()} run --rm --rootfs=/:O -t seq 1 400000 | (sleep 0.3; tr -d '\\r' | sha256sum)`,
    ]);
    const expected = createHash("sha256");
    for (let n = 1; n <= 400_000; n += 1) expected.update(`${n}\n`);
    expect(stdout).toBe(`${expected.digest("hex")}  -`);
  });

  rooted.for(["pipe", "file"])("to a %s, with what it writes last", async (kind) => {
    using directory = temporaryDirectory();
    const tail = kind === "pipe" ? "| tail -c 5" : `>${directory.path}/out; tail -c 5 ${directory.path}/out`;
    const script = "seq 1 2500; printf LAST.";
    const runs = await Promise.all(
      Array.from({ length: 6 }, () =>
        execa("sh", ["-c", `${wbScript()} run --rm --rootfs=/:O -t sh -c '${script}' ${tail}`]),
      ),
    );
    expect(runs.map(({ stdout }) => stdout)).toEqual(runs.map(() => "LAST."));
  });

  rooted("appended to a file that others write to, as by a command without a terminal", async () => {
    using directory = temporaryDirectory();
    const { stdout } = await execa("sh", [
      "-c",
      `{ echo before; ${wbScript()} run --rm --rootfs=/:O -t echo inside; echo after; } >${directory.path}/out; cat ${directory.path}/out`,
    ]);
    expect(stdout.replaceAll("\r", "")).toBe("before\ninside\nafter");
  });

  rooted("until pid 1 ends, whatever else has the terminal open", async () => {
    const script = "(trap '' HUP TERM; exec sleep 4717) & (trap '' HUP; setsid sleep 4717) & echo done";
    expect(await printed("sh", "-c", script)).toBe("done\n");
    expect((await execa("pgrep", ["-f", "sleep 4717"], { reject: false })).stdout).toBe("");
  });

  rooted("until pid 1 ends, though the host has an end of it open", async () => {
    const running = start(["run", "--rm", "--rootfs=/:O", "-t", "sh", "-c", "echo ready; sleep 0.7; : 4718"]);
    await new Promise((resolve) => running.stdout.once("data", resolve));
    const { stdout: pid } = await execa("pgrep", ["-f", "^sh -c echo ready.*4718"]);
    const slave = openSync(`/proc/${pid}/fd/1`, "w");
    try {
      expect(await running.outcome).toMatchObject({ stdout: "ready\r\n" });
    } finally {
      closeSync(slave);
    }
  });

  rooted("also when nobody had it open for a while, or it was hung up", async () => {
    expect(await printed("sh", "-c", "exec <&- >&- 2>&-; sleep 0.2; echo again >/dev/console")).toBe("again\n");
    const hangUp = "trap '' HUP; perl -e 'syscall 153'; sleep 0.2; exec >/dev/pts/0; echo again";
    expect((await wb(["run", "--rm", "--rootfs=/:O", "-t", "--privileged", "sh", "-c", hangUp])).stdout).toBe(
      "again\r\n",
    );
  });

  rooted("until its reader goes away, and the container goes on, as with docker", async () => {
    const before = hostState();
    const script = `${wbScript()} run --rm --rootfs=/:O -t --name reads sh -c 'yes; exec sleep 4720' | head -n 1; echo \${PIPESTATUS[0]}`;
    const { stdout } = await execa("bash", ["-c", script]);
    expect(stdout).toBe("y\r\n141");
    expect(await wb(["rm", "-f", "reads"])).toMatchObject({ stdout: "reads\n", status: 0 });
    await isAsBefore(before);
  });

  rooted("or it cannot be written, which is an error", async () => {
    const before = hostState();
    const { stdout, stderr } = await execa("sh", [
      "-c",
      `${wbScript()} run --rm --rootfs=/:O -t --name full sh -c 'echo lost; exec sleep 4721' >/dev/full; echo $?`,
    ]);
    expect([stdout, stderr]).toEqual(["125", expect.stringMatching(/^wb: ENOSPC: .*$/u)]);
    expect(await wb(["rm", "-f", "full"])).toMatchObject({ stdout: "full\n", status: 0 });
    await isAsBefore(before);
  });
});

describe("without -i", () => {
  rooted("nothing is typed into the command's terminal", async () => {
    const { stdout } = await wb(
      ["run", "--rm", "--rootfs=/:O", "-t", "bash", "-c", "read -t 0.3 line; echo $?: $line"],
      {
        input: "typed\n",
      },
    );
    expect(stdout).toBe("142:\r\n");
  });

  requires("root", "command:script")(
    "Ctrl-C at the caller's ends wb, and the container goes on, as with docker",
    async () => {
      const command = `exec ${wbScript()} run --rm --rootfs=/:O -t --name goeson sh -c 'echo ready; sleep 4722'`;
      const terminal = execa("script", ["-qec", command, "/dev/null"], { stdin: "pipe", reject: false });
      terminal.stdout.on("data", (text: Buffer) => {
        if (text.includes("ready")) terminal.stdin.write("\u0003");
      });
      expect(await terminal).toMatchObject({ exitCode: 130 });
      expect((await wb(["ps", "--filter", "name=goeson", "-q"])).stdout).toMatch(/^[0-9a-f]{12}\n$/u);
      await wb(["rm", "-f", "goeson"]);
    },
  );
});
