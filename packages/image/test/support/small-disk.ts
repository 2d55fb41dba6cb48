import { spawn } from "node:child_process";
import { once } from "node:events";
import { allOf, output } from "@wb/testing";

/**
 * Runs a program of this package in a mount namespace of its own, in which `directory` is a tmpfs of a size: nothing of it
 * shows outside. Its lines of JSON come back.
 */
export function onSmallDisk(size: string, directory: string, program: string): string {
  const script = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module-typescript", "--eval", program];
  return output(["unshare", "--mount", "--propagation=private", "sh", "-c", script, directory, ...node], {
    cwd: import.meta.dirname,
  });
}

/** Starts a program of this package in a process of its own. */
export function start(program: string): {
  readonly pid: number;
  readonly kill: () => Promise<void>;
  readonly stdout: Promise<string>;
} {
  const argv = ["--conditions=wb-source", "--input-type=module-typescript", "--eval", program];
  const child = spawn(process.execPath, argv, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return {
    pid: child.pid ?? -1,
    kill,
    stdout: allOf(child.stdout).then((bytes) => bytes.toString()),
  };
}
