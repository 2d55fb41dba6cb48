import { address, call, ERRNO, ignoring, type Instruction, into, type Step, step } from "@wb/syscall";

/** The command of a person, and what it sees as its name. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Default: the first of `argv`. */
  readonly argv0?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The Step that executes a command as execvp(3) of glibc does, which util-linux and coreutils call: the PATH is searched
 * unless the name has a slash, a file without `#!` that no loader takes is a script of /bin/sh, and a file that may not be
 * executed (EACCES) is the error only where no later directory has the command.
 */
export function execvp({ argv, argv0, env }: Command): Step {
  const [file, ...args] = argv;
  const variables = Object.entries(env).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
  const direct = (path: string) => call("execve", path, [argv0 ?? file, ...args], variables);
  const script = (path: string) => call("execve", SHELL, [SHELL, path, ...args], variables);
  if (file.includes("/") || file === "")
    return step(`execute ${file}`, [ignoring(direct(file), "ENOEXEC"), script(file)]);
  return step(`execute ${file}`, [
    ...pathOf(env["PATH"]).flatMap((directory, index) => {
      const path = `${directory}/${file}`;
      return attempt(index, direct(path), script(path));
    }),
    { jump: "denied", when: { value: "denied", equals: 1 } },
    direct(""),
    { label: "denied" },
    direct("/"),
  ]);
}

/** Also for those who have no other. */
export const SHELL = "/bin/sh";

type Execve = ReturnType<typeof call>;

/** One directory of the PATH. A script's shell that fails is passed over as the script itself would be. */
function attempt(index: number, direct: Execve, script: Execve): Instruction[] {
  const passedOver = ["ENOENT", "ENOTDIR", "EACCES", "ESTALE", "ENODEV", "ETIMEDOUT"] as const;
  const [scriptLabel, deniedLabel, nextLabel] = [`script ${index}`, `denied ${index}`, `next ${index}`];
  return [
    into("tried", ignoring(direct, ...passedOver, "ENOEXEC")),
    { jump: deniedLabel, when: { value: "tried", equals: -EACCES } },
    { jump: scriptLabel, when: { value: "tried", equals: -ENOEXEC } },
    { jump: nextLabel },
    { label: scriptLabel },
    ignoring(script, ...passedOver),
    { jump: nextLabel },
    { label: deniedLabel },
    { assign: address("denied"), to: 1 },
    { label: nextLabel },
  ];
}

const { EACCES, ENOEXEC } = ERRNO;

/** An empty entry is the working directory; without the variable it is what confstr(3) says. */
function pathOf(path = "/bin:/usr/bin"): string[] {
  return path.split(":").map((directory) => (directory === "" ? "." : directory));
}
