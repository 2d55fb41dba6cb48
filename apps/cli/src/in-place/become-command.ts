import { CommandError } from "@wb/ns";
import { become, type BecomeOptions, type Program, type SpecialComplaint } from "@wb/syscall";
import { commandLine } from "../command-line.ts";
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
  const ofCommand = notExecuted(command.argv[0]);
  become([...callerLimits(), ...setup, ...commandSteps(command)], {
    ...rest,
    argv: ["wb", ...commandLine()],
    complaint: {
      prefix: "wb: ",
      status: failure,
      special: ({ call, args: [, argv] }) => {
        if (call !== "execve") return undefined;
        const [name = ""] = argv as readonly string[];
        return HELPERS[name] ?? ofCommand;
      },
    },
  });
}

/** What is said when a program cannot be executed, with the statuses of shells. */
function notExecuted(file: string, hint?: string): SpecialComplaint {
  return (code) => {
    const { message } = new CommandError(file, code, { cause: undefined });
    return {
      text: `wb: ${oneLine(message)}\n${hint === undefined ? "" : `hint: ${hint}\n`}`,
      status: code === "ENOENT" ? EXIT.notFound : EXIT.notExecutable,
    };
  };
}

const UIDMAP = "it maps ids for an ordinary user, and is in Debian's package uidmap";

/** The only other programs that a set-up executes. */
const HELPERS: Readonly<Record<string, SpecialComplaint | undefined>> = {
  newuidmap: notExecuted("newuidmap", UIDMAP),
  newgidmap: notExecuted("newgidmap", UIDMAP),
};
