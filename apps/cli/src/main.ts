import { isErrno, isSyscallError, SIG } from "@wb/syscall";
import { commandLine } from "./command-line.ts";
import { EXIT_FAILURE } from "./in-place/exit-failure.ts";
import { reportError } from "./report-error.ts";
import { EXIT, UserError } from "./user-error.ts";
import { versionText } from "./version.ts";
import { writeAll } from "./write-all.ts";

interface Command {
  readonly help: string;
  /** The status for wb's own failures. Default: docker's. */
  readonly failure?: number;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The commands, loaded when they are called. */
const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  run: {
    help: "Run a command in a new container",
    run: async (args) => (await import("./commands/run.ts")).runCommand(args),
  },
  explain: {
    help: "Print the system calls that wb run would make",
    run: async (args) => (await import("./commands/explain.ts")).explainCommand(args),
  },
  update: {
    help: "Change the limits of running containers",
    failure: EXIT_FAILURE,
    run: async (args) => (await import("./commands/update.ts")).updateCommand(args),
  },
  unshare: {
    help: "Run a command in new namespaces, as unshare(1) does",
    failure: EXIT_FAILURE,
    run: async (args) => (await import("./commands/unshare.ts")).unshareCommand(args),
  },
  nsenter: {
    help: "Run a command in the namespaces of another process, as nsenter(1) does",
    failure: EXIT_FAILURE,
    run: async (args) => (await import("./commands/nsenter.ts")).nsenterCommand(args),
  },
  lsns: {
    help: "List namespaces, as lsns(8) does",
    failure: EXIT_FAILURE,
    run: async (args) => (await import("./commands/lsns.ts")).lsnsCommand(args),
  },
  chroot: {
    help: "Run a command with another root directory, as chroot(1) does",
    run: async (args) => (await import("./commands/chroot.ts")).chrootCommand(args),
  },
  cgroup: {
    help: "Make, limit, measure, freeze and kill control groups",
    failure: EXIT_FAILURE,
    run: async (args) => (await import("./commands/cgroup.ts")).cgroupCommand(args),
  },
  oci: {
    help: "Be an OCI runtime with the command line of runc, for docker, containerd and podman",
    run: async (args) => (await import("./oci/main.ts")).ociCommand(args),
  },
  mounts: {
    help: "List mounts, as findmnt(8) does",
    run: async (args) => (await import("./commands/mounts.ts")).mountsCommand(args),
  },
  info: {
    help: "Show this machine, and what wb can do on it",
    run: async (args) => (await import("./commands/info.ts")).infoCommand(args),
  },
};

const HELP = `Usage: wb COMMAND

Containers on Linux, without a daemon.

Commands:
${Object.entries(COMMANDS)
  .map(([name, command]) => `  ${name.padEnd(8)} ${command?.help}`)
  .join("\n")}

'wb COMMAND --help' tells more; 'wb --debug COMMAND ...' shows where an error comes from.
`;

const HELP_WORDS: ReadonlySet<string> = new Set(["--help", "-h", "help"]);

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === "help" && args[0] !== undefined) return main([args[0], "--help"]);
  if (name === undefined || HELP_WORDS.has(name)) {
    writeAll(HELP);
    return 0;
  }
  if (name === "--version" || name === "version") {
    writeAll(versionText);
    return 0;
  }
  const command = commandNamed(name);
  if (command === undefined)
    throw new UserError(`${JSON.stringify(name)} is not a wb command`, {
      hint: `wb has ${Object.keys(COMMANDS).join(", ")}; see 'wb --help'`,
    });
  return command.run(args);
}

function commandNamed(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/** `wb explain … | head`: Node ignores SIGPIPE, which would end another program without a word. */
function isReaderGone(error: unknown): boolean {
  return isErrno(error, "EPIPE") && !isSyscallError(error);
}

/** Ends the process with the command's exit status, or that of its error. */
async function start(line: readonly string[]): Promise<void> {
  const debug = line[0] === "--debug";
  const words = debug ? line.slice(1) : line;
  try {
    process.exitCode = await main(words);
  } catch (error) {
    const failure = commandNamed(words[0] ?? "")?.failure ?? EXIT.failure;
    process.exitCode = isReaderGone(error) ? EXIT.signal + SIG.PIPE : reportError(error, { debug, failure });
  }
}

void start(commandLine());
