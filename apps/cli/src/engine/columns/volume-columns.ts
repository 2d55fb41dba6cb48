import { labelText } from "../words/label-text.ts";
import { decimalSize } from "../words/sizes.ts";
import type { Columns } from "./column.ts";

/** What docker volume ls shows of a volume. */
export interface VolumeRow {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many containers use it, and its bytes: known to docker system df alone. */
  readonly usage?: { readonly containers: number; readonly bytes: number };
}

export type VolumeField =
  | "Availability"
  | "Driver"
  | "Group"
  | "Labels"
  | "Links"
  | "Mountpoint"
  | "Name"
  | "Scope"
  | "Size"
  | "Status";

/** The fields of docker volume ls (docker/cli, cli/command/formatter/volume.go). Some are of a cluster's volumes only. */
export const VOLUME_COLUMNS: Columns<VolumeField, VolumeRow> = {
  Availability: { header: "AVAILABILITY", value: () => UNKNOWN },
  Driver: { header: "DRIVER", value: ({ driver }) => driver },
  Group: { header: "GROUP", value: () => UNKNOWN },
  Labels: { header: "LABELS", value: ({ labels }) => labelText(labels) },
  Links: { header: "LINKS", value: ({ usage }) => (usage === undefined ? UNKNOWN : String(usage.containers)) },
  Mountpoint: { header: "MOUNTPOINT", value: ({ mountpoint }) => mountpoint },
  Name: { header: "VOLUME NAME", value: ({ name }) => name },
  Scope: { header: "SCOPE", value: () => "local" },
  Size: { header: "SIZE", value: ({ usage }) => (usage === undefined ? UNKNOWN : decimalSize(usage.bytes)) },
  Status: { header: "STATUS", value: () => UNKNOWN },
};

/** The columns of `docker volume ls`. */
export const VOLUME_LS_FIELDS: readonly VolumeField[] = ["Driver", "Name"];

/** Those of `docker system df -v`. */
export const DF_VOLUME_FIELDS: readonly VolumeField[] = ["Name", "Links", "Size"];

const UNKNOWN = "N/A";
