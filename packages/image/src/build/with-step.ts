import { readdirSync } from "node:fs";
import { type NewLayer, packNewLayer } from "../layout/add-layer.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";

/** What an instruction did. */
export interface Step {
  /** By what it is found in the cache: all that has made the image what it is now. */
  readonly key: string;
  /** As history has it. */
  readonly createdBy: string;
  /** Makes its layer, where the cache has none; without, it changes nothing of the files. */
  readonly make?: () => Promise<NewLayer | "empty">;
}

/** The state with one more layer, if any, and one more entry in its history: what the cache has was made then, and is not made again. */
export async function withStep(build: Build, state: BuildState, { key, createdBy, make }: Step): Promise<BuildState> {
  const found = build.cacheOf.find(key);
  if (found !== undefined) build.host.print(" ---> Using cache");
  const { layer, created } = found ?? { layer: (await make?.()) ?? "empty", created: build.now() };
  if (found === undefined) build.cacheOf.keep(key, { layer, created });
  const entry = { created, created_by: createdBy };
  return {
    ...state,
    layers: layer === "empty" ? state.layers : [...state.layers, layer],
    history: [...state.history, layer === "empty" ? { ...entry, empty_layer: true } : entry],
    key,
  };
}

/** docker's way to say of an instruction that it ran no command: one more blank is before one that changed no files. */
export function nop(
  shell: readonly string[],
  comment: string,
  { files = false }: { readonly files?: boolean } = {},
): string {
  return [...shell, files ? "#(nop)" : "#(nop) ", comment].join(" ");
}

/** What an upper directory has as a layer of the store; `empty` where that is nothing. */
export async function packUpper(
  { store, sourceDateEpoch }: Pick<Build, "store" | "sourceDateEpoch">,
  upper: string,
): Promise<NewLayer | "empty"> {
  if (readdirSync(upper).length === 0) return "empty";
  const epoch = sourceDateEpoch === undefined ? {} : { sourceDateEpoch };
  return packNewLayer(store, upper, { whiteouts: "overlay", ...epoch });
}
