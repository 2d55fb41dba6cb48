/** What is kept of a volume beside its data, `meta.json`. */
export interface VolumeRecord {
  readonly version: 1;
  readonly name: string;
  readonly driver: VolumeDriver;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the driver: `type`, `device`, `o`. */
  readonly options: Readonly<Record<string, string>>;
}

export type VolumeDriver = "local" | "tmpfs";

export const META_FILE = "meta.json";

/** What a file says; undefined where it is none that wb wrote. */
export function asVolumeRecord(value: unknown): Omit<VolumeRecord, "name"> | undefined {
  const { version, driver, created, labels, options }: Record<string, unknown> = Object(value);
  const isRecord =
    version === 1 &&
    (driver === "local" || driver === "tmpfs") &&
    Number.isFinite(created) &&
    [labels, options].every((texts) => Object.values(Object(texts)).every((text) => typeof text === "string"));
  if (!isRecord) return undefined;
  return { version, driver, created: Number(created), labels: Object(labels), options: Object(options) };
}
