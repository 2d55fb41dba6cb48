import { statfsSync, type StatsFs } from "node:fs";
import type { MountInfo } from "@wb/rootfs";
import { humanSize } from "./human-size.ts";
import type { Cell, Column } from "./table.ts";

export interface MountCells {
  /** Whose mounts they are. */
  readonly pid: number;
  readonly bytes: boolean;
  /** No `[/directory]` behind a source. */
  readonly nofsroot: boolean;
}

interface MountColumn extends Column {
  readonly cell: (mount: MountInfo, options: MountCells) => Cell;
}

const number = { right: true, number: true } as const;

/** The columns of findmnt(8) that the kernel's table has something for. */
export const MOUNT_COLUMNS: readonly MountColumn[] = [
  { name: "TARGET", cell: ({ mountPoint }) => mountPoint },
  { name: "SOURCE", cell: (mount, { nofsroot }) => sourceOf(mount, { nofsroot }) },
  { name: "FSTYPE", cell: ({ type }) => type },
  { name: "OPTIONS", cell: optionsOf },
  { name: "VFS-OPTIONS", cell: ({ options }) => options.join(",") },
  { name: "FS-OPTIONS", cell: ({ superOptions }) => superOptions.join(",") },
  { name: "PROPAGATION", cell: propagationOf },
  { name: "OPT-FIELDS", cell: ({ optionalFields }) => optionalFields.join(" ") || undefined },
  { name: "ID", ...number, cell: ({ id }) => id },
  { name: "PARENT", ...number, cell: ({ parent }) => parent },
  { name: "MAJ:MIN", cell: ({ device }) => device.replace(/^.{0,2}:/, (text) => text.padStart(4)) },
  { name: "FSROOT", cell: ({ root }) => root },
  { name: "TID", ...number, cell: (_, { pid }) => pid },
  { name: "SIZE", right: true, cell: (mount, options) => sizeOf(mount, options, ({ blocks }) => blocks) },
  { name: "USED", right: true, cell: (mount, options) => sizeOf(mount, options, (fs) => fs.blocks - fs.bfree) },
  { name: "AVAIL", right: true, cell: (mount, options) => sizeOf(mount, options, ({ bavail }) => bavail) },
  { name: "USE%", right: true, cell: (mount, options) => usedShare(statfs(mount, options)) },
];

export function mountColumn(name: string): MountColumn | undefined {
  return MOUNT_COLUMNS.find((column) => column.name === name.toUpperCase());
}

/** A bind mount's has its directory behind it. */
export function sourceOf({ source, root }: MountInfo, { nofsroot }: { readonly nofsroot: boolean }): string {
  return root === "/" || nofsroot ? source : `${source}[${root}]`;
}

/** Those of the mount and those of the file system as one list: read-only if either is. */
export function optionsOf({ options, superOptions }: MountInfo): string {
  const isAccess = (word: string): boolean => word === "ro" || word === "rw";
  const access = [...options, ...superOptions].includes("ro") ? "ro" : "rw";
  return [access, ...[...options, ...superOptions].filter((word) => word !== "" && !isAccess(word))].join(",");
}

/** mount_namespaces(7) */
function propagationOf({ optionalFields }: MountInfo): string {
  const has = (tag: string): boolean => optionalFields.some((field) => field === tag || field.startsWith(`${tag}:`));
  return [
    has("shared") ? "shared" : "private",
    ...["slave", "unbindable"].filter((word) => has(TAGS[word] ?? word)),
  ].join(",");
}

/** What the kernel calls a slave's. */
const TAGS: Readonly<Record<string, string>> = { slave: "master" };

/** Whether a file system holds anything: /proc has no blocks. */
export function hasBlocks(mount: MountInfo, options: MountCells): boolean {
  return (statfs(mount, options)?.blocks ?? 0) > 0;
}

function sizeOf(mount: MountInfo, options: MountCells, blocksOf: (fs: StatsFs) => number): Cell {
  const fs = statfs(mount, options);
  if (fs === undefined) return undefined;
  const size = blocksOf(fs) * fs.bsize;
  return options.bytes ? String(size) : humanSize(size);
}

function usedShare(fs: StatsFs | undefined): Cell {
  if (fs === undefined) return undefined;
  return fs.blocks === 0 ? "-" : `${(((fs.blocks - fs.bfree) / fs.blocks) * 100).toFixed(0)}%`;
}

/** statfs(2) by the path as the process sees it; undefined where this user may not look, or the mount is gone. */
function statfs({ mountPoint }: MountInfo, { pid }: MountCells): StatsFs | undefined {
  try {
    return statfsSync(pid === process.pid ? mountPoint : `/proc/${pid}/root${mountPoint}`);
  } catch {
    return undefined;
  }
}
