import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type OwnNamespaces, ownNamespaces } from "./support/own-namespaces.ts";
import { ONE_LINE, ours, same, theirs } from "./support/peer.ts";
import { wbScript } from "./support/wb.ts";

let own: OwnNamespaces | undefined;
let ofUser: OwnNamespaces | undefined;

beforeAll(async () => {
  wbScript();
  if (process.geteuid?.() !== 0) return;
  own = await ownNamespaces(["-mpnuiC", "--mount-proc"]);
  ofUser = await ownNamespaces(["-Urmpnui", "--mount-proc"]);
}, 120_000);

afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
  await ofUser?.[Symbol.asyncDispose]();
});

const rooted = requires("root", "command:nsenter");

/** PID stands for a process in namespaces of its own, SELF for one of the same namespaces. */
function withPids(args: readonly string[], pid = -1): string[] {
  return args.map((word) => word.replaceAll("PID", String(pid)).replaceAll("SELF", String(process.pid)));
}

describe("wb nsenter does what nsenter does:", () => {
  rooted.for([
    { args: ["-t", "PID", "-u", "hostname"] },
    { args: ["-t", "PID", "-n", "ip", "-o", "addr"] },
    { args: ["--target", "PID", "--net", "ip", "-o", "link"] },
    { args: ["-n/proc/PID/ns/net", "ip", "-o", "link"] },
    { args: ["--net=/proc/PID/ns/net", "ip", "-o", "link"] },
    { args: ["-t", "PID", "-a", "ps", "-eo", "args"] },
    {
      args: [
        "-at",
        "PID",
        "readlink",
        "/proc/self/ns/mnt",
        "/proc/self/ns/net",
        "/proc/self/ns/cgroup",
        "/proc/self/ns/time",
      ],
    },
    { args: ["-t", "PID", "-m", "-u", "sh", "-c", "hostname; pwd; findmnt -no SOURCE /proc"] },
    { args: ["-t", "PID", "-p", "sh", "-c", "exit 4"] },
    { args: ["-t", "PID", "-F", "-p", "true"] },
    { args: ["-t", "PID", "-m", "-w", "pwd"] },
    { args: ["-t", "PID", "-m", "-r", "-w/etc", "pwd"] },
    { args: ["-t", "PID", "-W", "/usr", "pwd"] },
    { args: ["-t", "PID", "-r", "-w", "readlink", "/proc/self/root"] },
    { args: ["-t", "PID", "-S", "1", "id"] },
    { args: ["-t", "PID", "-G", "1", "id"] },
    { args: ["-t", "PID", "-Z", "-u", "hostname"] },
    { args: ["-t", "PID", "true"] },
    { args: ["-t", "PID", "-p", "sh", "-c", "kill -TERM $$"] },
    { args: ["-t", "PID", "-u", "no-such-command"] },
    { args: ["-t", "PID", "-u", "/etc/passwd"] },
    { args: ["-t", "SELF", "-U", "true"] },
    { args: ["-t", "4194304", "-n", "true"] },
    { args: ["-t", "x", "-n", "true"] },
    { args: ["-n", "true"] },
    { args: ["-a", "true"] },
    { args: ["-r", "true"] },
    { args: ["-w", "true"] },
    { args: ["--bad"] },
    { args: ["-n/etc/passwd", "true"] },
    { args: ["-t", "PID", "--net=/no/such", "true"] },
    { args: ["-t", "PID", "-r/no/such", "true"] },
    { args: ["-t", "PID", "-W", "/no/such", "true"] },
  ])("$args", async ({ args }) => {
    const { stderr } = await same("nsenter", withPids(args, own?.pid));
    if (stderr.startsWith("wb: ")) expect(stderr).toMatch(ONE_LINE);
  });

  requires("root", "userns", "command:nsenter").for([
    { args: ["-t", "PID", "-U", "id"] },
    { args: ["-t", "PID", "-a", "sh", "-c", "id; hostname; cat /proc/self/uid_map"] },
    { args: ["-t", "PID", "-U", "--preserve-credentials", "id"] },
    { args: ["-t", "PID", "-U", "-S", "0", "-G", "0", "grep", "Cap", "/proc/self/status"] },
    { args: ["-t", "PID", "-U", "-u", "hostname", "inside"] },
  ])("a user namespace: $args", async ({ args }) => {
    await same("nsenter", withPids(args, ofUser?.pid));
  });

  requires(
    "root",
    "userns",
    "command:nsenter",
  )("as an ordinary user, who may not", async () => {
    await using target = await ownNamespaces(["-un"]);
    const before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const { stderr } = await same("nsenter", ["-t", String(target.pid), "-n", "true"], { before, cwd: "/" });
    expect(stderr).toContain("hint: the process is another user's: run wb as root");
  });

  rooted("a shell where no command is named", async () => {
    await using target = await ownNamespaces(["-u"]);
    const options = { env: { SHELL: "/bin/sh" }, input: "echo $0; hostname\n" };
    const { stdout } = await same("nsenter", ["-t", String(target.pid), "-u"], options);
    expect(stdout).toBe("-sh\nown\n");
  });
});

describe("what newer versions of nsenter have:", () => {
  rooted("--env takes the environment of the target", async () => {
    const target = execa("sleep", ["4711"], { env: { OF_TARGET: "yes" }, extendEnv: false });
    const { stdout } = await ours("nsenter", ["-t", String(target.pid), "-e", "/usr/bin/env"]);
    expect(stdout).toBe("OF_TARGET=yes\n");
    target.kill();
    await target.catch(() => undefined);
  });

  requires("root", "userns")("--user-parent enters the owner of a namespace", async () => {
    await using target = await ownNamespaces(["-Ur"], "exec unshare -n sh -c 'echo ready; exec sleep 4711'");
    const { stdout } = await ours("nsenter", [
      "-t",
      String(target.pid),
      "-n",
      "--user-parent",
      "readlink",
      "/proc/self/ns/user",
    ]);
    expect(stdout.trim()).toBe(readlinkSync(`/proc/${target.pid}/ns/user`));
  });

  requires("root", "userns")("--keep-caps keeps the capabilities of the user namespace", async () => {
    await using target = await ownNamespaces(["-Ur"]);
    const args = ["-t", String(target.pid), "-U", "--keep-caps", "grep", "CapAmb", "/proc/self/status"];
    expect((await ours("nsenter", args)).stdout).not.toMatch(/0000000000000000/u);
  });

  requires("root", "cgroup2_tree")("--join-cgroup joins the target's group", async () => {
    await using target = await ownNamespaces(["-u"]);
    const { stdout } = await ours("nsenter", ["-t", String(target.pid), "-c", "-u", "cat", "/proc/self/cgroup"]);
    const group = (text: string) => /^0::.*$/mu.exec(text)?.[0];
    expect(group(stdout)).toBe(group(readFileSync(`/proc/${target.pid}/cgroup`, "utf8")));
  });

  rooted("--net-socket enters the network namespace of an open socket", async () => {
    await using target = await ownNamespaces(
      ["-n"],
      "exec perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); $| = 1; print qq(ready\\n); sleep 4711'",
    );
    const socket = (await theirs("nsenter", ["-t", String(target.pid), "readlink", `/proc/${target.pid}/ns/net`]))
      .stdout;
    const { stdout } = await ours("nsenter", ["-t", String(target.pid), "-N", "3", "readlink", "/proc/self/ns/net"]);
    expect(stdout).toBe(socket);
  });
});

rooted("--root leaves no working directory outside of the root", async () => {
  const { stdout } = await ours("nsenter", ["--root=/usr", "bin/sh", "-c", "pwd"], { cwd: "/tmp" });
  expect(["", "/\n"]).toContain(stdout);
});

requires("root", "command:strace")(
  "wb nsenter cannot be traced in the namespaces before it executes the command",
  async () => {
    using directory = temporaryDirectory();
    const trace = join(directory.path, "trace");
    const calls = ["-f", "-qq", "-e", "trace=prctl,setns", "-o", trace];
    await execa("strace", [...calls, wbScript(), "nsenter", "-t", String(own?.pid), "-u", "-n", "true"]);
    const made = [...readFileSync(trace, "utf8").matchAll(/(PR_SET_DUMPABLE, SUID_DUMP_DISABLE|setns)\b/gu)].map(
      ([call]) => call,
    );
    expect(made.indexOf("setns")).toBeGreaterThan(made.indexOf("PR_SET_DUMPABLE, SUID_DUMP_DISABLE"));
    expect(made[0]).toBe("PR_SET_DUMPABLE, SUID_DUMP_DISABLE");
  },
);
