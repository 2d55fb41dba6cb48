import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { output, start, wb } from "./support/wb.ts";

const INITS = [
  { program: "/usr/bin/tini-static", name: "tini-static" },
  { program: "/usr/bin/catatonit", name: "catatonit" },
] as const;

const rooted = requires("root", "command:tini-static", "command:catatonit");

describe.each(INITS)("wb run --init with $name", ({ program, name }) => {
  /** The environment of a machine that has this one alone in its PATH. */
  const withInit = async <T>(use: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> => {
    using directory = temporaryDirectory();
    symlinkSync(program, `${directory.path}/${name}`);
    return use({ PATH: directory.path });
  };
  const printed = (...args: string[]): Promise<string> => withInit((env) => output(["--init", ...args], { env }));

  rooted("has it as pid 1, and the command as its child", async () => {
    const before = hostState();
    const script = "cat /proc/1/cmdline | tr '\\0' ' '; echo; cut -d' ' -f4 /proc/$$/stat";
    expect(await printed("sh", "-c", script)).toBe(`/dev/init -- sh -c ${script} \n1\n`);
    await isAsBefore(before);
  });

  rooted("reaps what the command's children leave", async () => {
    const orphans = "for i in 1 2 3 4; do sh -c 'sleep 0.05 & exit'; done";
    const reaped =
      "while grep -qs '^sleep$' /proc/[0-9]*/comm; do perl -e 'select undef, undef, undef, 0.05'; done; echo reaped";
    expect(await printed("sh", "-c", `${orphans}; ${reaped}`)).toBe("reaped\n");
    // Without an init they stay: the command is pid 1 and waits for its own children alone.
    const zombies = "until [ $(grep -l '^State:.Z' /proc/[0-9]*/status | wc -l) = 4 ]; do sleep 0.05; done; echo stay";
    expect(await output(["perl", "-e", `system(q(${orphans})); system(q(${zombies}))`])).toBe("stay\n");
  });

  rooted("passes signals on, which have their default action then", async () => {
    const trapping = ["sh", "-c", "trap 'echo got TERM; exit 42' TERM; echo ready; while :; do sleep 0.05; done"];
    const plain = ["sh", "-c", "echo ready; exec sleep 4719"];
    for (const [command, expected] of [
      [trapping, { stdout: "ready\ngot TERM\n", status: 42 }],
      [plain, { stdout: "ready\n", status: 143 }],
    ] as const) {
      await withInit(async (env) => {
        const running = start(["run", "--rm", "--rootfs=/:O", "--init", ...command], { env });
        await once(running.stdout, "data");
        running.kill("SIGTERM");
        expect(await running.outcome).toMatchObject(expected);
      });
    }
  });

  rooted.for([
    { script: "exit 0", status: 0 },
    { script: "exit 3", status: 3 },
    { script: "kill -KILL $$", status: 137 },
    { script: "kill -SEGV $$", status: 139 },
  ])("ends with the status of $script, $status", async ({ script, status }) => {
    await withInit(async (env) => {
      expect(await wb(["run", "--rm", "--rootfs=/:O", "--init", "sh", "-c", script], { env })).toMatchObject({
        status,
      });
    });
  });

  rooted("has a terminal with -t, whose foreground job is the command", async () => {
    const script = "tty; cut -d' ' -f1,5,8 /proc/$$/stat";
    const [terminal, job] = (await printed("-t", "sh", "-c", script)).split("\r\n");
    const [pid, group, foreground] = job?.split(" ") ?? [];
    expect([terminal, group, foreground]).toEqual(["/dev/pts/0", pid, pid]);
  });

  rooted.for([["--read-only"], ["-u", "nobody"], ["--cap-drop", "ALL"], ["--privileged"]])(
    "works with %s",
    async (flags) => {
      expect(await printed(...flags, "sh", "-c", "cut -d' ' -f4 /proc/$$/stat")).toBe("1\n");
    },
  );

  rooted("cannot be written to, nor is anything made in a root that is a directory", async () => {
    expect(
      await printed("sh", "-c", "(echo x >/dev/init) 2>/dev/null; echo $?; rm /dev/init 2>/dev/null; echo $?"),
    ).toBe("2\n1\n");
    using root = busyboxRoot();
    expect(await printed("--rootfs", root.path, "sh", "-c", "cat /proc/1/comm")).toMatch(/^init\n$/u);
    expect((await execa("find", [root.path, "-name", "*init*", "-type", "f"])).stdout).toBe("");
  });
});

rooted("wb run --init ends with docker's status for a command that is not there", async () => {
  expect(await wb(["run", "--rm", "--rootfs=/:O", "--init", "no-such-command"])).toMatchObject({
    stdout: "",
    status: 127,
  });
  expect(await wb(["run", "--rm", "--rootfs=/:O", "--init", "/etc/passwd"])).toMatchObject({ stdout: "", status: 126 });
});
