import { parseArgs } from "node:util";
import { type Arch, ARCHITECTURES } from "./machine.ts";

export const CGROUP_LAYOUTS = ["v2", "v1", "hybrid"] as const;

/** What process 1 is: the command's starter alone, or systemd with the command as a service. */
export const INITS = ["none", "systemd"] as const;

export interface Options {
  readonly arch: Arch;
  readonly cgroup: (typeof CGROUP_LAYOUTS)[number];
  readonly init: (typeof INITS)[number];
  /** A series of Debian's kernels (`6.12`); the one that this Debian installs by default where it is missing. */
  readonly kernel: string | undefined;
  /** As QEMU takes it: `2g`. */
  readonly memory: string;
  /** Seconds for the guest with everything in it. */
  readonly timeout: number;
  readonly command: readonly string[];
}

export const usage = `usage: tools/pnpm vm [--arch x64|arm64] [--cgroup v2|v1|hybrid] [--init systemd] [--kernel SERIES] [--memory 2g] [--timeout 600] -- CMD…`;

/** Reads the command line. What is wrong with it is a TypeError with a sentence for the user. */
export function parseOptions(args: readonly string[]): Options {
  const end = args.indexOf("--");
  const command = end === -1 ? [] : args.slice(end + 1);
  if (command.length === 0) throw new TypeError("the command is missing; it comes after --");
  const { values } = parseArgs({ args: args.slice(0, end), options, allowPositionals: false });
  const timeout = Number(values.timeout);
  if (!(timeout > 0)) throw new TypeError(`--timeout takes a number of seconds, not ${values.timeout}`);
  if (values.arch === "arm64" && values.init === "systemd")
    throw new TypeError("--init systemd has no packages for arm64");
  if (!/^\d+[mg]$/iu.test(values.memory)) throw new TypeError(`--memory takes 512m or 2g, not ${values.memory}`);
  return {
    arch: oneOf(ARCHITECTURES, "--arch", values.arch),
    cgroup: oneOf(CGROUP_LAYOUTS, "--cgroup", values.cgroup),
    init: oneOf(INITS, "--init", values.init),
    kernel: values.kernel,
    memory: values.memory,
    timeout,
    command,
  };
}

const options = {
  arch: { type: "string", default: "x64" },
  cgroup: { type: "string", default: "v2" },
  init: { type: "string", default: "none" },
  kernel: { type: "string" },
  memory: { type: "string", default: "2g" },
  timeout: { type: "string", default: "600" },
} as const;

function oneOf<T extends string>(allowed: readonly T[], option: string, given: string): T {
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new TypeError(`${option} takes ${allowed.join(", ")}, not ${given}`);
  return found;
}
