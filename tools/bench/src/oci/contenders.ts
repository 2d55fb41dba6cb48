import { spawnSync } from "node:child_process";
import type { Runner } from "../contender.ts";
import { byProgram } from "./by-program.ts";
import { inProcess } from "./in-process.ts";

/** An OCI runtime, and what it is measured with. */
export interface OciContender {
  readonly name: string;
  /** A container from its making to its end, by one call. */
  readonly run: Runner;
  /** The same by `create`, `start` and, once it has ended, `delete`, as engines do it. */
  readonly cycle: Runner;
  /** Creates a container and starts nothing. */
  readonly hold: () => Promise<HeldContainer>;
}

export interface HeldContainer extends AsyncDisposable {
  readonly pid: number;
}

export interface OciPlaces {
  readonly bundle: string;
  readonly scratch: string;
}

/** The first is what the others are compared with. */
export function ociContenders(places: OciPlaces): OciContender[] {
  const others = ["crun"].filter((name) => spawnSync(name, ["--version"]).error === undefined);
  return [
    byProgram("runc", "runc", places),
    ...others.map((name) => byProgram(name, name, places)),
    byProgram("wb-oci", WB_OCI, places),
    inProcess(places),
  ];
}

const WB_OCI = new URL("../../../../bin/wb-oci", import.meta.url).pathname;
