import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { isErrno } from "@wb/syscall";
import { UserError } from "../user-error.ts";

/** Where the container has its init: in wb's own /dev, where a read-only root needs no directory for it. */
export const INIT_PATH = "/dev/init";

/** Programs that are an init, `NAME -- COMMAND [ARG...]`. tini's first, docker's: it ends with 126 and 127 as docker does. */
const NAMES = ["docker-init", "tini-static", "tini", "catatonit"] as const;

/** Where packages put them that do not mean them for people. */
const LIBEXEC = ["/usr/libexec/docker", "/usr/local/libexec/docker", "/usr/libexec/podman", "/usr/lib/podman"];

/**
 * Finds this machine's init for containers: tini or catatonit. It has to be a static program, since the container's root
 * has its own dynamic linker, or none.
 *
 * @param directories default: the PATH's, and where docker and podman have theirs
 * @throws UserError when there is none
 */
export function findInit(directories: readonly string[] = [...searchPath(), ...LIBEXEC]): string {
  const found = NAMES.flatMap((name) =>
    directories.map((directory) => join(directory, name)).map((path) => ({ path, kind: kindOf(path) })),
  );
  const init = found.find(({ kind }) => kind === "static");
  if (init !== undefined) return init.path;
  const dynamic = found.find(({ kind }) => kind === "dynamic");
  throw new UserError(
    dynamic === undefined
      ? "--init needs tini or catatonit, and this machine has neither"
      : `--init needs a static program, and ${dynamic.path} is dynamically linked: it would not run in another root`,
    { hint: "apt-get install tini, or catatonit" },
  );
}

/** An empty or relative entry would mean the working directory, which is no place for a program that is root's. */
function searchPath(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
}

/** Fields of a 64-bit ELF file's header and of its program headers, elf(5). */
const ELF = {
  magic: Buffer.from("\x7fELF\x02", "latin1"),
  machine: 18,
  phoff: 32,
  phentsize: 54,
  phnum: 56,
  size: 64,
  PT_INTERP: 3,
} as const;

/** EM_X86_64 and EM_AARCH64, elf.h. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** What a program needs: nothing (`static`), or a dynamic linker. Undefined for what is no program of this machine. */
function kindOf(path: string): "static" | "dynamic" | undefined {
  const bytes = headOf(path);
  if (bytes === undefined || bytes.length < ELF.size || !bytes.subarray(0, ELF.magic.length).equals(ELF.magic))
    return undefined;
  if (bytes.readUInt16LE(ELF.machine) !== MACHINES[process.arch]) return undefined;
  const [size, count] = [bytes.readUInt16LE(ELF.phentsize), bytes.readUInt16LE(ELF.phnum)];
  const first = Number(bytes.readBigUInt64LE(ELF.phoff));
  if (size < 4 || first + size * count > bytes.length) return undefined;
  const types = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(first + size * index));
  return types.includes(ELF.PT_INTERP) ? "dynamic" : "static";
}

/** The first page, which has the program headers of every linker's output. */
function headOf(path: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.subarray(0, readSync(fd, bytes));
  } catch (error) {
    if (isErrno(error, "EISDIR")) return undefined;
    throw error;
  } finally {
    closeSync(fd);
  }
}
