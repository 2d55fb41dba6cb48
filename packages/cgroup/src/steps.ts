import { AT, AT_FDCWD, call, type Call, ignoring, into, O, step, type Step, value } from "@wb/syscall";

/** The cell of the file that is being written; it is closed again at once. */
const FILE = "cgroup:file";

/** Makes a group's directory. */
export function makeDirectory(directory: string, of: string): Step {
  return step(`make the cgroup (${of})`, [call("mkdirat", AT_FDCWD, directory, 0o755)], `mkdir ${quoted(directory)}`);
}

/** Makes the directory of a group above it, where there is none yet. */
export function makeParent(directory: string, of: string): Step {
  const made = into(madeCell(directory), ignoring(call("mkdirat", AT_FDCWD, directory, 0o755), "EEXIST"));
  return step(`make the cgroup's parent (${of})`, [made], `mkdir -p ${quoted(directory)}`);
}

/** The cell that holds 0 when {@link makeParent} made the directory. */
function madeCell(directory: string): string {
  return `cgroup:made:${directory}`;
}

/** Writes a value into a file of a group. */
export function writeFile(file: string, text: string, label: string): Step {
  const body = [
    into(FILE, call("openat", AT_FDCWD, file, O.WRONLY | O.CLOEXEC, 0)),
    call("write", value(FILE), text, Buffer.byteLength(text)),
    call("close", value(FILE)),
  ];
  return step(label, body, `echo ${/\s/.test(text) ? `'${text}'` : text} > ${quoted(file)}`);
}

/** Opens a file as {@link writeFile} does, and writes nothing. */
export function openForWriting(file: string): Step {
  const opened = into(FILE, call("openat", AT_FDCWD, file, O.WRONLY | O.CLOEXEC, 0));
  return step(`open ${file}`, [opened, call("close", value(FILE))]);
}

/** Opens files for a process that has yet to begin; each descriptor goes into a cell. */
export function openFiles(
  files: readonly { readonly path: string; readonly cell: string; readonly flags: number }[],
): Step {
  const opened = files.map(({ path, cell, flags }): Call =>
    into(cell, call("openat", AT_FDCWD, path, flags | O.CLOEXEC, 0)),
  );
  return step("open the cgroup, for a process to join", opened);
}

/** Moves the process that makes the calls into a group, by a descriptor of {@link openFiles}, which is closed. */
export function joinBy(cell: string, path: string, of: string): Step {
  return step(
    `join the cgroup (${of})`,
    [call("write", value(cell), "0", 1), call("close", value(cell))],
    `echo $$ > ${quoted(path)}`,
  );
}

/** Removes a group's directory, if it is there. */
export function removeDirectory(directory: string, of: string): Step {
  const removed = ignoring(call("unlinkat", AT_FDCWD, directory, AT.REMOVEDIR), "ENOENT");
  return step(`remove the cgroup (${of})`, [removed], `rmdir ${quoted(directory)}`);
}

/** For a shell. */
export function quoted(path: string): string {
  return /^[\w/.,:=@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
