import { CommandError } from "@wb/ns";
import { become, type BecomeOptions, type Program } from "@wb/syscall";
import { oneLine } from "../report-error.ts";
import { EXIT } from "../user-error.ts";
import { callerLimits, commandSteps } from "./command-steps.ts";
import type { Command } from "./execvp.ts";

export interface BecomeCommandOptions extends Pick<BecomeOptions, "inputs" | "inherit"> {
  /** The exit status when a call before the command's execve fails. */
  readonly failure: number;
}

/**
 * Makes the calls of `setup` in this process and executes the command in it, as util-linux's tools do: it keeps wb's pid,
 * and nothing of Node is left. A call that fails is said on stderr by the process itself.
 */
export function becomeCommand(setup: Program, command: Command, options: BecomeCommandOptions): never {
  const { failure, ...rest } = options;
  become([...callerLimits(), ...setup, ...commandSteps(command)], {
    ...rest,
    argv: ["wb", ...process.argv.slice(2)],
    complaint: {
      prefix: "wb: ",
      status: failure,
      special: ({ call, args: [, argv] }, code) => {
        if (call !== "execve") return undefined;
        const [name = ""] = argv as readonly string[];
        const helper = HELPERS.has(name);
        const error = new CommandError(helper ? name : command.argv[0], code, { cause: undefined });
        const hint = helper ? "hint: it maps ids for an ordinary user, and is in Debian's package uidmap\n" : "";
        return {
          text: `wb: ${oneLine(error.message)}\n${hint}`,
          status: code === "ENOENT" ? EXIT.notFound : EXIT.notExecutable,
        };
      },
    },
  });
}

/** The only other programs that a set-up executes. */
const HELPERS: ReadonlySet<string> = new Set(["newuidmap", "newgidmap"]);
