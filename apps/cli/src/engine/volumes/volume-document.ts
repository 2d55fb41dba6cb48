import { dataOf } from "./volume-places.ts";
import type { VolumeRecord } from "./volume-record.ts";

/** What docker volume inspect shows of a volume (moby, api/types/volume). */
export interface VolumeDocument {
  readonly CreatedAt: string;
  readonly Driver: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Mountpoint: string;
  readonly Name: string;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Scope: "local";
}

export function volumeDocument({ created, driver, labels, name, options }: VolumeRecord): VolumeDocument {
  return {
    // docker has whole seconds there.
    CreatedAt: `${new Date(created).toISOString().slice(0, -".000Z".length)}Z`,
    Driver: driver,
    Labels: orNull(labels),
    Mountpoint: dataOf(name),
    Name: name,
    Options: orNull(options),
    Scope: "local",
  };
}

function orNull(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(texts).length === 0 ? null : texts;
}
