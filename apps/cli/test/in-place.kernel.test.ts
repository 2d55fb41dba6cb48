import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { requires } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, describe, expect } from "vitest";
import { ours, type Tool, theirs } from "./support/peer.ts";
import { wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const rooted = requires("root", "command:unshare", "command:nsenter");

/** Each command, with and without what makes it a process of one thread, or a parent. */
const WAYS: readonly { readonly tool: Tool; readonly args: readonly string[] }[] = [
  { tool: "unshare", args: ["-u"] },
  { tool: "unshare", args: ["-m"] },
  { tool: "unshare", args: ["-Ur"] },
  { tool: "nsenter", args: ["-t", String(process.pid), "-u", "-m"] },
  { tool: "chroot", args: ["/"] },
];

const FORKING = [
  ...WAYS,
  { tool: "unshare", args: ["-f"] },
  { tool: "nsenter", args: ["-t", String(process.pid), "-p"] },
] as const;

describe("the command is in wb's place:", () => {
  rooted.for(WAYS)("$tool $args keeps the pid, and nothing of Node is left", async ({ tool, args }) => {
    const child = spawn(wbScript(), [tool, ...args, "sh", "-c", "echo $$; read line"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    expect(line.toString()).toBe(`${child.pid}\n`);
    expect(readFileSync(`/proc/${child.pid}/comm`, "utf8")).toBe("sh\n");
    expect(readFileSync(`/proc/${child.pid}/status`, "utf8")).toMatch(/^Threads:\t1$/mu);
    child.stdin.end("\n");
    await exited;
  });

  rooted("unshare -f waits in a process of a few pages", async () => {
    const child = spawn(wbScript(), ["unshare", "-f", "sh", "-c", "echo $PPID; read line"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    expect(line.toString()).toBe(`${child.pid}\n`);
    expect(readFileSync(`/proc/${child.pid}/comm`, "utf8")).toBe("wb\n");
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    expect(Number(kilobytes)).toBeLessThan(500);
    child.stdin.end("\n");
    await exited;
  });

  rooted.for(FORKING)("$tool $args leaves the command what it gives with the original", async ({ tool, args }) => {
    const inherited = [
      "ls -l /proc/self/fd | sed 's/.* \\([0-9]*\\) -> .*/\\1/'",
      "cat /proc/self/limits /proc/self/oom_score_adj /proc/self/timerslack_ns",
      "grep -E '^(Sig(Blk|Ign|Cgt)|ShdPnd|Umask|NoNewPrivs|Seccomp|Cpus_allowed|Cap...|Uid|Gid|Groups):' /proc/self/status",
      "nice; umask; pwd; env | grep -v ^_= | sort; cat /proc/self/fdinfo/0 | grep -E '^(flags|pos)'",
      "ps -o pgid=,sid= -p $$ | awk '{ print $1 == $2 }'",
    ].join("; ");
    // What this test's own caller left open the originals pass on, and wb does not.
    const closing = 'for fd in $(ls /proc/$$/fd); do [ "$fd" -le 2 ] || eval "exec $fd>&-"; done';
    // The limit of open files is read from wb's parent: a shell that waits for it.
    const before = ["bash", "-c", `${closing}; umask 027; ulimit -Sn 512; ulimit -c 0; nice -n 5 "$@"; exit`, "bash"];
    const options = { before, env: { PROBE: "a b\n ü" }, cwd: "/usr" };
    const words = [...args, "sh", "-c", inherited];
    const [expected, found] = [await theirs(tool, words, options), await ours(tool, words, options)];
    expect(found.stdout).toBe(expected.stdout);
    expect(found.stderr).toBe(expected.stderr);
    expect(found.stdout).toContain("Max open files            512 ");
  });
});

describe("signals:", () => {
  const told = (name: string) => [
    "sh",
    "-c",
    `trap 'echo got ${name}; exit 7' ${name}; echo ready; while :; do sleep 0.05; done`,
  ];

  rooted.for(["HUP", "TERM", "INT", "USR1"] as const)("SIG%s reaches a command that took wb's place", async (name) => {
    const child = spawn(wbScript(), ["unshare", "-u", ...told(name)], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    child.kill(`SIG${name}`);
    expect(await exited).toEqual([7, null]);
  });

  rooted.for(["SIGTERM", "SIGINT"] as const)("%s does not end wb while its child runs", async (name) => {
    const child = spawn(wbScript(), ["unshare", "-f", "sh", "-c", "echo ready; read line; exit 5"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    child.kill(name);
    child.stdin.end("\n");
    expect(await exited).toEqual([5, null]);
  });

  rooted("wb dies of the signal that killed its child", async () => {
    const kill = async (signal: string) => (await ours("unshare", ["-f", "sh", "-c", `kill -${signal} $$`])).signal;
    expect(await kill("KILL")).toBe("SIGKILL");
    expect(await kill("SEGV")).toBe("SIGSEGV");
  });

  rooted.for([
    { flags: ["--kill-child"] },
    { flags: ["-p", "--kill-child"] },
    { flags: ["-Ur", "--kill-child=SIGTERM"] },
    { flags: ["--kill-child=KILL", "-S", "1", "-G", "1"] },
  ])("kill -9 of wb ends the command with $flags", async ({ flags }) => {
    const child = spawn(wbScript(), ["unshare", ...flags, "sh", "-c", "echo ready; exec sleep 47110"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    const command = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    expect(command).toMatch(/^\d+$/u);
    child.kill("SIGKILL");
    await exited;
    await expect.poll(() => isAlive(command)).toBe(false);
  });

  rooted("nsenter stops with its child, and goes on with it", async () => {
    const args = [
      "nsenter",
      "-t",
      String(process.pid),
      "-p",
      "sh",
      "-c",
      "echo ready; kill -STOP $$; echo again; exit 3",
    ];
    const child = spawn(wbScript(), args, { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    const state = () => /^State:\t(\w)/mu.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
    await expect.poll(state).toBe("T");
    child.kill("SIGCONT");
    expect(await exited).toEqual([3, null]);
  });
});

/** A zombie is dead. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\tZ/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("in a terminal", () => {
  requires("root", "command:tmux").for([
    { command: "unshare -f bash --norc" },
    { command: "unshare -u bash --norc" },
    { command: "unshare -fpm --mount-proc bash --norc" },
  ])("wb $command has job control, and Ctrl-C is for the foreground job alone", async ({ command }) => {
    await using terminal = await tmux();
    await terminal.type(`PS1='outside> '`);
    await terminal.shows(/^outside>$/mu);
    await terminal.type(`${wbScript()} ${command}`);
    await terminal.type(`PS1='inside> '`);
    await terminal.shows(/^inside>$/mu);
    await terminal.type("sleep 4715");
    await terminal.key("C-c");
    await terminal.type("echo status $?");
    await terminal.shows(/^status 130$/mu);
    await terminal.type("sleep 4716");
    await terminal.key("C-z");
    await terminal.shows(/Stopped\s+sleep 4716/u);
    await terminal.type("kill -9 %1; disown -a; exit 5");
    await terminal.type("echo ended $?");
    await terminal.shows(/^ended 5$/mu);
    await terminal.shows(/^outside>$/mu);
    expect(await terminal.screen()).not.toContain("no job control");
  });
});

interface Terminal extends AsyncDisposable {
  readonly type: (line: string) => Promise<unknown>;
  readonly key: (name: string) => Promise<unknown>;
  readonly screen: () => Promise<string>;
  readonly shows: (text: RegExp) => Promise<void>;
}

async function tmux(): Promise<Terminal> {
  const socket = `wb-in-place-${process.pid}`;
  const run = async (...args: string[]) => (await execa("tmux", ["-L", socket, "-f", "/dev/null", ...args])).stdout;
  await run("new-session", "-d", "-x", "120", "-y", "40", "bash --norc --noprofile");
  const screen = () => run("capture-pane", "-p");
  const shows = async (text: RegExp) => {
    await expect.poll(screen, { interval: 100 }).toMatch(text);
  };
  return {
    type: (line) => run("send-keys", line, "Enter"),
    // A key that is meant for a command must not come before it runs.
    key: async (name) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return run("send-keys", name);
    },
    screen: async () => screen(),
    shows,
    [Symbol.asyncDispose]: async () => void (await run("kill-server")),
  };
}
