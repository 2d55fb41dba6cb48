import { requires } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { wb, wbScript } from "./support/wb.ts";

const both = requires("root", "command:findmnt");

/** Mounts of every kind in a namespace of its own, where nobody else mounts. */
const SCENE = `
  mount --make-rprivate / && mount -t tmpfs -o size=8m,mode=755 scene /mnt && cd /mnt && mkdir 'a b' c d e f &&
  mount -t tmpfs -o ro,nosuid one 'a b' && mount --bind /usr c && mount -o remount,bind,ro c && mount --make-shared c &&
  mount --bind c d && mount --make-slave d && mount -t tmpfs two e && mount -t tmpfs three e && mkdir e/deep &&
  mount -t proc proc e/deep && mount -t tmpfs -o noexec four f && mount --make-unbindable f &&`;

async function inScene(...argv: string[]): Promise<{ stdout: string; status: number | undefined }> {
  const { stdout, exitCode } = await execa("unshare", ["-m", "sh", "-c", `${SCENE} exec "$@"`, "sh", ...argv], {
    reject: false,
    env: { LC_ALL: "C.UTF-8" },
    stripFinalNewline: false,
  });
  return { stdout, status: exitCode };
}

describe("wb mounts", () => {
  both.for<{ args: string[] }>(
    [
      [],
      ["-l"],
      ["-J"],
      ["-r"],
      ["-P", "-R", "/mnt"],
      ["-R", "/mnt"],
      ["-R", "/mnt", "-o", "TARGET,SOURCE,FSTYPE,VFS-OPTIONS,FS-OPTIONS,PROPAGATION,OPT-FIELDS,FSROOT"],
      ["-J", "-R", "/mnt", "-o", "TARGET,PROPAGATION"],
      ["-a", "-R", "/mnt"],
      ["-n", "-l", "-R", "/mnt"],
      ["-t", "tmpfs"],
      ["-t", "notmpfs,proc"],
      ["--tree", "-t", "tmpfs", "-o", "TARGET,SIZE"],
      ["-t", "tmpfs", "-U", "-o", "TARGET,SOURCE"],
      ["-f", "-t", "tmpfs"],
      ["-f", "-d", "backward", "-t", "tmpfs"],
      ["-O", "ro", "-R", "/mnt"],
      ["-i", "-t", "tmpfs", "-l"],
      ["-S", "two"],
      ["three"],
      ["-M", "/mnt/a b"],
      ["/mnt/c"],
      ["-v", "/mnt/c"],
      ["-T", "/mnt/e/deep/self/status"],
      ["-b", "-D", "/mnt/f"],
      ["--shadowed", "-o", "SOURCE"],
      ["/nothing/there"],
      ["-t", "nosuch"],
      ["four", "/mnt/f"],
      ["four", "/mnt/e"],
      ["/", "-t", "cgroup"],
    ].map((args) => ({ args })),
  )("$args prints what findmnt prints, byte for byte", async ({ args }) => {
    // Ids are given anew in each namespace.
    const [theirs, ours] = [await inScene("findmnt", ...args), await inScene(wbScript(), "mounts", ...args)];
    expect(ours).toEqual(theirs);
  });

  both("-N tells what a process in a container sees, at its paths", async () => {
    const script = `${wbScript()} mounts -N $$ -R /proc -n -o TARGET,TID | head -1; mount -t tmpfs late /mnt`;
    const { stdout } = await execa("unshare", [
      "-m",
      "sh",
      "-c",
      `${script}; ${wbScript()} mounts -N $$ -n -o SOURCE /mnt`,
    ]);
    expect(stdout).toMatch(/^\/proc +\d+\nlate$/u);
  });

  requires("root").for<[string[], string]>([
    [["-o", "NOSUCH"], 'wb: unknown column "NOSUCH": TARGET, SOURCE,'],
    [["-N", "4194305"], "wb: the mounts of the process 4194305 cannot be read\nhint: there is no such process"],
    [["-N", "x"], 'wb: invalid argument "x" for --task: a process id is meant'],
    [["a", "b", "c"], 'wb: one or two words are meant: "c"'],
    [["--real", "--pseudo"], "wb: --real and --pseudo exclude each other"],
    [["-d", "up"], 'wb: invalid argument "up" for --direction: forward, backward'],
    [["--nosuch"], "wb: unrecognized option '--nosuch'"],
  ])("%j is refused", async ([args, says]) => {
    const { stdout, stderr, status } = await wb(["mounts", ...args]);
    expect([stdout, stderr.slice(0, says.length), status !== 0]).toEqual(["", says, true]);
  });
});
