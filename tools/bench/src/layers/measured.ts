import { spawnSync } from "node:child_process";

/** What one run of a program took. */
export interface Measured {
  /** From its start to its end; what it wrote may still be on its way to the disk. */
  readonly seconds: number;
  /** The most memory of any of its processes, getrusage(2). */
  readonly peakMegabytes: number;
}

/** Runs a program to its end, as a child of a Python that knows what its children took at most. */
export function measured(argv: readonly [string, ...string[]]): Measured {
  const script = `import resource, subprocess, sys, time
start = time.monotonic(); status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(status)`;
  const { status, stdout, stderr } = spawnSync("python3", ["-c", script, ...argv], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${status}: ${stderr}`);
  const [seconds = Number.NaN, kilobytes = Number.NaN] = stdout.trim().split(" ").map(Number);
  return { seconds, peakMegabytes: kilobytes / 1024 };
}
