import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { type Outcome, wbProgram } from "./wb.ts";

/** The user that tests are an ordinary user as: it has an account, which newuidmap(1) asks for. */
export const NOBODY = 65534;

/** The first of the subordinate ids that it has here. */
export const FIRST_SUBID = 300_000;

export interface RootlessOptions {
  /** Whether it has ranges in subuid(5) and subgid(5). */
  readonly subids: boolean;
  /** Whether it is on a machine with a way out, whose network it may use; else its containers have none unless they ask. Default false. */
  readonly machine?: boolean;
}

/** An ordinary user with directories of its own, and wb called by that user. */
export interface RootlessBench extends Disposable {
  /** A directory of the user. */
  readonly path: string;
  readonly call: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Outcome>;
}

/**
 * Its files of subordinate ids are only this user's, in a mount namespace: the host's stay. What
 * a container inherits are files, so that nobody waits for it to close them.
 */
export function rootlessBench({ subids, machine = false }: RootlessOptions): RootlessBench {
  const directory = temporaryDirectory("wb-rootless-");
  const path = join(directory.path, "own");
  chmodSync(directory.path, 0o755);
  for (const name of ["", "data", "run"]) {
    mkdirSync(join(path, name), { mode: 0o700 });
    chownSync(join(path, name), NOBODY, NOBODY);
  }
  const table = join(directory.path, "subids");
  writeFileSync(table, subids ? `nobody:${FIRST_SUBID}:65536\n` : "");
  let calls = 0;
  const call: RootlessBench["call"] = async (args, env = {}) => {
    const files = ["out", "err"].map((name) => join(directory.path, `${(calls += 1)}.${name}`));
    const [out = "", err = ""] = files;
    const stdio = [openSync("/dev/null", "r"), openSync(out, "w"), openSync(err, "w")];
    const own = {
      PATH: process.env["PATH"],
      HOME: path,
      XDG_DATA_HOME: join(path, "data"),
      XDG_RUNTIME_DIR: join(path, "run"),
      ...env,
    };
    const words = machine ? args : withoutNetwork(args);
    const child = spawn(
      "unshare",
      ["--mount", "sh", "-ec", `${machine ? TUN : ""}${AS_USER}`, "sh", table, ...wbProgram(), ...words],
      {
        stdio,
        env: own,
        cwd: "/",
      },
    );
    for (const fd of stdio) closeSync(fd);
    const [status] = (await once(child, "exit")) as [number | null];
    return { stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8"), status: status ?? undefined };
  };
  return { path, call, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

/** Where there is no way out, a container whose network nobody has chosen is warned of that. */
function withoutNetwork(args: readonly string[]): readonly string[] {
  const [command = "", ...words] = args;
  return ["run", "create"].includes(command) && !words.includes("--net") ? [command, "--net", "none", ...words] : args;
}

/** Its bounding set stays: newuidmap is a set-user-ID program. `WB_TEST_PATH` is what it has for `$PATH`. */
const AS_USER = `mount --bind "$1" /etc/subuid; mount --bind "$1" /etc/subgid
shift
exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --inh-caps=-all env PATH="\${WB_TEST_PATH:-$PATH}" "$@"`;

/** Users may open the device of tun(4) on most machines, not on all. */
const TUN = `mount -t tmpfs tmpfs /mnt; mknod -m 666 /mnt/tun c 10 200; mount --bind /mnt/tun /dev/net/tun
`;
