import { mkdirSync } from "node:fs";
import { type IdMap, idOutside } from "@wb/ns";
import { closeFd, type Program } from "@wb/syscall";
import type { RootfsSource } from "../rootfs-source.ts";
import { fillInUserNamespace } from "../rootless/fill-volume.ts";
import { refuseDriver } from "../rootless/refuse-rootless.ts";
import type { RootlessIds } from "../rootless/rootless-ids.ts";
import type { RunOptions } from "../run-options.ts";
import { lockExisting } from "../store/lock.ts";
import type { OwnerOf } from "./copy-up/copy-attributes.ts";
import { fillMounted } from "./copy-up/fill-mounted.ts";
import { fillVolume, finishFilling } from "./copy-up/fill-volume.ts";
import { openInImage } from "./copy-up/open-in-image.ts";
import { driverMount, openDriverMount } from "./driver-mount.ts";
import { makeVolumes } from "./make-volumes.ts";
import type { NamedVolume } from "./named-volume.ts";
import { mountCell, placeDriverMount, placeSubpaths } from "./place-volumes.ts";
import { openSharedMount } from "./shared-mount.ts";
import { turns } from "./turns.ts";
import { subpathPlace, volumeDirectory } from "./volume-places.ts";
import type { VolumeRecord } from "./volume-record.ts";

/** The volumes of a container that is about to start. Disposing of it lets go of what the container has then. */
export interface OpenedVolumes extends Disposable {
  /** Steps in the container's mount namespace, after those that make its root. */
  readonly steps: Program;
  /** Cells of these: file descriptors of this process. */
  readonly fds: Readonly<Record<string, number>>;
}

type Options = Pick<RunOptions, "namedVolumes" | "usernsRemap" | "rootfs">;

/**
 * Makes, fills and mounts what the volumes of a container need.
 *
 * @param first it has never been started: its empty volumes get what its root has in their places
 * @param rootless the ids of the containers of an ordinary user
 */
export async function openVolumes(
  options: Options,
  {
    root,
    first,
    rootless,
  }: { readonly root: RootfsSource; readonly first: boolean; readonly rootless?: RootlessIds | undefined },
): Promise<OpenedVolumes> {
  const { namedVolumes, usernsRemap } = options;
  const closing: (() => void)[] = [];
  const closeAll = (): void =>
    closing
      .splice(0)
      .toReversed()
      .forEach((close) => close());
  // Locks that are left when volumes have been filled: what a driver mounts is another one's to find once the container has it.
  const filling: (() => void)[] = [];
  const fds: Record<string, number> = {};
  if (namedVolumes.length === 0) return { steps: [], fds, [Symbol.dispose]: closeAll };
  const turn = await nextTurn();
  closing.push(() => turn[Symbol.dispose]());
  try {
    const records = [...(await makeVolumes(namedVolumes, usernsRemap)).values()];
    // In one order, so that no two wait for each other.
    for (const record of records.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const wanted = driverMount(record);
      if (wanted === undefined && !first) continue;
      const lock = lockExisting(volumeDirectory(record.name));
      if (lock !== undefined) (wanted === undefined ? filling : closing).push(() => lock[Symbol.dispose]());
      if (wanted === undefined) continue;
      const shared = wanted.type === "tmpfs" ? openSharedMount(record.name) : undefined;
      if (rootless !== undefined) refuseDriver(record.name);
      const fd = shared ?? openDriverMount(wanted);
      closing.push(() => closeFd(fd));
      fds[mountCell(record.name)] = fd;
    }
    if (first) await fillAll(records, { options, root, fds, rootless });
    filling.splice(0).forEach((close) => close());
    namedVolumes.forEach(({ subpath }, index) => {
      if (subpath !== undefined) mkdirSync(subpathPlace(index), { recursive: true, mode: 0o700 });
    });
    const driven = records.filter(({ name }) => fds[mountCell(name)] !== undefined);
    const steps = [...driven.map(({ name }) => placeDriverMount(name)), ...placeSubpaths(namedVolumes)];
    return { steps, fds, [Symbol.dispose]: closeAll };
  } catch (error) {
    filling.forEach((close) => close());
    closeAll();
    throw error;
  }
}

const nextTurn = turns();

interface Filling {
  readonly rootless: RootlessIds | undefined;
  readonly options: Options;
  readonly root: RootfsSource;
  readonly fds: Readonly<Record<string, number>>;
}

async function fillAll(records: readonly VolumeRecord[], { options, root, fds, rootless }: Filling): Promise<void> {
  const { namedVolumes, rootfs, usernsRemap } = options;
  const ownerOf = ownersOutside(usernsRemap);
  for (const volume of namedVolumes) {
    const record = records.find(({ name }) => name === volume.name);
    // As docker has it, what is in memory begins empty each time.
    if (record === undefined || driverMount(record)?.type === "tmpfs") continue;
    const mounted = fds[mountCell(volume.name)];
    if (mounted === undefined) await finishFilling(volume.name);
    if (!isFilled(volume)) continue;
    if (rootless !== undefined) {
      const { directory = "/" } = root;
      await fillInUserNamespace({ name: volume.name, directory, path: volume.destination }, rootless);
      continue;
    }
    using source = openInImage(root, { path: volume.destination, overlay: !("image" in rootfs) && rootfs.overlay });
    if (source.fd === undefined) continue;
    if (mounted === undefined) await fillVolume(volume.name, source.fd, ownerOf);
    else fillMounted(volume.name, { mounted, source: source.fd, ...ownerOf });
  }
}

function isFilled({ nocopy, subpath }: NamedVolume): boolean {
  return !nocopy && subpath === undefined;
}

/** What the container's users are outside: volumes are not translated. */
function ownersOutside(maps: readonly IdMap[]): { readonly ownerOf?: OwnerOf } {
  if (maps.length === 0) return {};
  const outside = (id: number): number => idOutside(maps, id) ?? OVERFLOW;
  return { ownerOf: ({ uid, gid }) => ({ uid: outside(uid), gid: outside(gid) }) };
}

/** /proc/sys/kernel/overflowuid */
const OVERFLOW = 65_534;
