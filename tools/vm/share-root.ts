import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Root } from "./root.ts";

export interface ShareOptions {
  readonly root: Root;
  /** An empty directory for the tree that the guest sees. */
  readonly tree: string;
  /** Where QEMU finds the server. */
  readonly socket: string;
}

/**
 * Serves a root to a guest through virtiofs, until QEMU is gone. The server sees it in a mount namespace of its own,
 * with every mount read-only: root in the guest is root on the host to it.
 */
export async function shareRoot({ root: { directory, bound }, tree, socket }: ShareOptions): Promise<void> {
  const below = directory === "/" ? submounts() : [];
  const script = [
    bindReadOnly(directory, tree),
    ...below.map((path) => tryBind(path, `${tree}${path}`)),
    ...bound.map(([source, place]) => bindReadOnly(source, `${tree}${place}`)),
    'exec "$@"',
  ];
  const options = [`--socket-path=${socket}`, "-o", `source=${tree},sandbox=chroot,cache=always,xattr,no_posix_lock`];
  const argv = ["unshare", "--mount", "sh", "-ec", script.join("\n"), "sh", virtiofsd(), ...options];
  const server = spawn("setpriv", ["--pdeathsig", "KILL", ...argv], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!existsSync(socket)) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`virtiofsd did not start\n${said}`);
    await setTimeout(10);
  }
}

/** The server, which Debian 12 has in qemu-system-common and later ones have in a package of its own. */
export function virtiofsd(): string {
  const places = ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"];
  return places.find((path) => existsSync(path)) ?? "virtiofsd";
}

function submounts(): string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n").map(mountPoint);
  return [...new Set(points)].filter((path) => path !== "/" && !/^\/(dev|proc|run|sys)(\/|$)/u.test(path));
}

function mountPoint(line: string): string {
  const [, , , , path = ""] = line.split(" ");
  return path.replaceAll(/\\([0-7]{3})/gu, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function bindReadOnly(source: string, target: string): string {
  return `mount --bind -o ro -- ${quote(source)} ${quote(target)}`;
}

/** A mount that another one hides has no place in the tree. */
function tryBind(source: string, target: string): string {
  return `${bindReadOnly(source, target)} 2>/dev/null || true`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
