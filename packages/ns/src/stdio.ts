import type { Socket } from "node:net";
import { AT_FDCWD, call, closeFd, into, makePipe, O, run, step } from "@wb/syscall";

/**
 * What one of the command's stdin, stdout and stderr is: `inherit` (this process's), `ignore` (/dev/null), `pipe` (a
 * stream of the handle), or a file descriptor of this process.
 */
export type Stdio = "inherit" | "ignore" | "pipe" | number;

/** The opened ends: what the new process gets, what this one keeps, what must be closed here once it has started. */
export interface OpenedStdio {
  readonly child: readonly [number, number, number];
  readonly parent: readonly [number | undefined, number | undefined, number | undefined];
  readonly close: () => void;
}

/** @throws SyscallError when file descriptors run out; none is left open then */
export function openStdio(stdio: Stdio | readonly [Stdio, Stdio, Stdio]): OpenedStdio {
  const kinds: readonly [Stdio, Stdio, Stdio] = typeof stdio === "object" ? stdio : [stdio, stdio, stdio];
  const opened: number[] = [];
  const close = (): void => {
    for (const fd of opened.splice(0)) closeFd(fd);
  };
  const kept: number[] = [];
  try {
    const open = (kind: Stdio, index: 0 | 1 | 2): { readonly child: number; readonly parent?: number } => {
      if (typeof kind === "number") return { child: kind };
      if (kind === "inherit") return { child: index };
      const [child, parent] = kind === "ignore" ? [openNull()] : endsFor(index);
      opened.push(child);
      if (parent === undefined) return { child };
      kept.push(parent);
      return { child, parent };
    };
    const [stdin, stdout, stderr] = [open(kinds[0], 0), open(kinds[1], 1), open(kinds[2], 2)];
    return {
      child: [stdin.child, stdout.child, stderr.child],
      parent: [stdin.parent, stdout.parent, stderr.parent],
      close,
    };
  } catch (error) {
    close();
    for (const fd of kept) closeFd(fd);
    throw error;
  }
}

/** A stream over this process's end of a pipe. */
export async function pipeStream(fd: number | undefined, direction: "readable" | "writable"): Promise<Socket | null> {
  if (fd === undefined) return null;
  // Loaded only here: a command that inherits its stdio starts 2 ms earlier.
  const net = await import("node:net");
  return new net.Socket({ fd, readable: direction === "readable", writable: direction === "writable" });
}

function openNull(): number {
  const open = into("null", call("openat", AT_FDCWD, "/dev/null", O.RDWR | O.CLOEXEC, 0));
  return run([step("open /dev/null", [open])]).number("null");
}

/** The command's end of a pipe, and this process's. */
function endsFor(index: 0 | 1 | 2): [child: number, parent: number] {
  const [reader, writer] = makePipe();
  return index === 0 ? [reader, writer] : [writer, reader];
}
