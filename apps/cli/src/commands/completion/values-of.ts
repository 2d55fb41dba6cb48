import { readdirSync } from "node:fs";
import { familiarReference, listImages, parseReference } from "@wb/image";
import { linkList, netnsList, publishedPorts } from "@wb/net";
import { CAP, SIG } from "@wb/syscall";
import type { ValueKind } from "../../command/command-spec.ts";
import { listInfos } from "../../engine/containers/container-info.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { allNetworks } from "../../engine/networks/network-store.ts";
import { allVolumes } from "../../engine/volumes/volume-store.ts";

/** A value, and what is said of it, which may be nothing. */
export type ValueEntry = readonly [value: string, description: string];

/** What there is of a kind on this machine, as it is now; nothing of files, which shells find themselves. */
export function valuesOf(kind: ValueKind, typed: string): readonly ValueEntry[] {
  if (typeof kind !== "string") return kind.map((value) => [value, ""] as const);
  return VALUES[kind]?.(typed) ?? [];
}

const VALUES: Partial<Readonly<Record<ValueKind & string, (typed: string) => readonly ValueEntry[]>>> = {
  container: () => containers(),
  running: () => containers("running", "paused", "restarting"),
  unpaused: () => containers("running"),
  paused: () => containers("paused"),
  ended: () => containers("created", "exited", "dead"),
  volume: volumes,
  "volume or file": volumes,
  network: () =>
    [...new Set(["bridge", "host", "none", ...allNetworks().map(({ name }) => name)])].map(
      (name) => [name, ""] as const,
    ),
  image: () =>
    listImages(storeOfImages()).flatMap(({ names }) =>
      names.map((name) => [familiarReference(parseReference(name)), ""] as const),
    ),
  netns: () => netnsList().map((name) => [name, ""] as const),
  link: () => links(),
  bridge: () => links("bridge"),
  veth: () => links("veth"),
  published: () => publishedPorts().map((port) => [`${port.port}/${port.protocol ?? "tcp"}`, port.to.address] as const),
  signal: (typed) => {
    const prefix = typed === "" || typed.startsWith("S") ? "SIG" : "";
    return Object.keys(SIG).map((name) => [`${prefix}${name}`, ""] as const);
  },
  capability: () => ["ALL", ...Object.keys(CAP)].map((name) => [name, ""] as const),
  command: (typed) => (typed === "" || typed.includes("/") ? [] : programs(typed)),
};

function links(kind?: string): ValueEntry[] {
  return linkList({}, kind === undefined ? {} : { kind }).map((link) => [link.name, link.kind ?? ""] as const);
}

function volumes(): ValueEntry[] {
  return allVolumes().map(({ name, driver }) => [name, driver] as const);
}

function containers(...states: readonly string[]): ValueEntry[] {
  return listInfos()
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .map(({ name, state }) => [name, state] as const);
}

/** Those of this machine, which those of a container often are, too. */
function programs(typed: string): ValueEntry[] {
  const found = (process.env["PATH"] ?? "").split(":").flatMap((directory) => {
    try {
      return readdirSync(directory);
    } catch {
      return []; // many have one in PATH that is not there
    }
  });
  return [...new Set(found)].filter((name) => name.startsWith(typed)).map((name) => [name, ""] as const);
}
