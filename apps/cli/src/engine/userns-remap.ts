import { release } from "node:os";
import { type IdMap, idMapText, idOutside } from "@wb/ns";
import type { RunFlags } from "../commands/run-flags.ts";
import { usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import type { Account } from "./account.ts";

/**
 * Parses `--userns-remap ID:HOST:COUNT`, the ids of the container's users and groups: the form of podman's `--uidmap` and of
 * user_namespaces(7), for both.
 *
 * @throws UserError for ranges that overlap, lie outside of 32 bits or leave the container without a root
 */
export function usernsRemap(texts: readonly string[]): IdMap[] {
  const maps = texts.map(parseIdMap);
  try {
    idMapText(maps);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(texts.join(" "), error.message);
    throw error;
  }
  if (maps.length > 0 && idOutside(maps, 0) === undefined)
    throw invalid(texts.join(" "), "the container's root, 0, is in no range");
  if (maps.some(({ outside }) => outside === 0))
    throw invalid(texts.join(" "), "0 on the host is its root, whom no user of the container may be");
  return maps;
}

/** @throws UserError for a user or a group that has no id on the host */
export function refuseUnmapped(maps: readonly IdMap[], { uid, gid, groups }: Account): void {
  const isUnmapped = (id: number): boolean => maps.length > 0 && idOutside(maps, id) === undefined;
  const group = [gid, ...groups].find(isUnmapped);
  if (!isUnmapped(uid) && group === undefined) return;
  throw new UserError(`the ${isUnmapped(uid) ? `user ${uid}` : `group ${group}`} is in no range of --userns-remap`, {
    hint: `larger ranges: --userns-remap 0:100000:${Math.max(uid, group ?? 0) + 1}`,
  });
}

/** What user namespaces exclude, as docker's daemon says it with userns-remap. @throws UserError */
export function refuseWithRemap({ privileged, net }: RunFlags): void {
  if (privileged === true)
    throw new UserError("privileged mode is incompatible with user namespaces", {
      hint: "leave --privileged or --userns-remap away",
    });
  if (net?.includes("host") === true)
    throw new UserError("cannot share the host's network namespace when user namespaces are enabled", {
      hint: "leave --net host or --userns-remap away",
    });
}

/** Since it an overlay may lie on ID-mapped mounts. */
const LEAST_KERNEL = [5, 19] as const;

/** @throws UserError below Linux 5.19 */
export function refuseOldKernel(version: string = release()): void {
  const [major = 0, minor = 0] = version.split(".").map(Number.parseFloat);
  if (major > LEAST_KERNEL[0] || (major === LEAST_KERNEL[0] && minor >= LEAST_KERNEL[1])) return;
  throw new UserError(`--userns-remap needs Linux ${LEAST_KERNEL.join(".")}, and this is ${version}`, {
    hint: "older kernels cannot put an overlay on ID-mapped mounts, which give the root's files their owners",
  });
}

function parseIdMap(text: string): IdMap {
  const [, inside, outside, count] = /^(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  if (inside === undefined || outside === undefined || count === undefined)
    throw invalid(text, "ID:HOST:COUNT, three numbers: 0:100000:65536");
  return { inside: Number(inside), outside: Number(outside), count: Number(count) };
}

function invalid(text: string, problem: string): UserError {
  return usage("run", `invalid argument ${JSON.stringify(text)} for --userns-remap: ${problem}`);
}
