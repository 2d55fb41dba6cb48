import { spawnSync } from "node:child_process";

/** Runs a command and returns what it prints; fails with what it says. */
export function output(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly input?: Buffer; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const [file = "", ...args] = argv;
  const result = spawnSync(file, args, {
    ...options,
    env: { ...process.env, ...options.env },
    encoding: "latin1",
    maxBuffer: 2 ** 28,
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${argv.join(" ")}: ${result.status}: ${result.stderr}`);
  return result.stdout;
}

/**
 * All that can be told of a tree, by find(1), sha256sum(1), stat(1) and getfattr(1): kinds, modes, owners, sizes, times in
 * nanoseconds, link counts and groups, targets, device numbers, contents, extended attributes.
 */
export function describeTree(directory: string): Record<string, string[]> {
  const lines = (...argv: string[]): string[] =>
    output(argv, { cwd: directory }).split("\n").filter(Boolean).toSorted();
  return {
    // A directory's size is its file system's matter.
    files: lines("find", ".", "!", "-type", "d", "-printf", "%P %y %m %U:%G %s %T@ %n %l\n"),
    directories: lines("find", ".", "-type", "d", "-printf", "%P %y %m %U:%G %T@\n"),
    contents: lines("find", ".", "-type", "f", "-exec", "sha256sum", "{}", "+"),
    devices: lines(
      "find",
      ".",
      "(",
      "-type",
      "b",
      "-o",
      "-type",
      "c",
      ")",
      "-exec",
      "stat",
      "-c",
      "%n %t:%T",
      "{}",
      "+",
    ),
    links: linkGroups(lines("find", ".", "!", "-type", "d", "-links", "+1", "-printf", "%i %P\n")),
    xattrs: output(["getfattr", "-R", "-h", "-d", "-m", "-", "-e", "hex", "."], { cwd: directory })
      .split("\n\n")
      .toSorted(),
  };
}

/** Which names are of one file: inode numbers differ from tree to tree. */
function linkGroups(lines: readonly string[]): string[] {
  const groups = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(" ")));
  return [...groups.values()]
    .map((names) =>
      names
        .map((line) => line.slice(line.indexOf(" ") + 1))
        .toSorted()
        .join(" = "),
    )
    .toSorted();
}
