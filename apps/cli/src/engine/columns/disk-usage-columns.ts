import { decimalSize } from "../words/sizes.ts";
import type { Columns } from "./column.ts";

/** A line of docker system df. */
export interface DiskUsageRow {
  readonly type: "Images" | "Containers" | "Local Volumes" | "Build Cache";
  readonly total: number;
  readonly active: number;
  /** Bytes. */
  readonly size: number;
  /** Bytes that a prune would free. */
  readonly reclaimable: number;
}

export type DiskUsageField = "Active" | "Reclaimable" | "Size" | "TotalCount" | "Type";

/** The fields of docker system df (docker/cli, cli/command/formatter/disk_usage.go). */
export const DISK_USAGE_COLUMNS: Columns<DiskUsageField, DiskUsageRow> = {
  Active: { header: "ACTIVE", value: ({ active }) => String(active) },
  Reclaimable: { header: "RECLAIMABLE", value: reclaimableText },
  Size: { header: "SIZE", value: ({ size }) => decimalSize(size) },
  TotalCount: { header: "TOTAL", value: ({ total }) => String(total) },
  Type: { header: "TYPE", value: ({ type }) => type },
};

/** The columns of `docker system df`. */
export const DF_FIELDS: readonly DiskUsageField[] = ["Type", "TotalCount", "Active", "Size", "Reclaimable"];

/** A part of nothing is no part, and docker gives none for the build cache. */
function reclaimableText({ type, size, reclaimable }: DiskUsageRow): string {
  const bytes = decimalSize(reclaimable);
  return size > 0 && type !== "Build Cache" ? `${bytes} (${Math.trunc((reclaimable * 100) / size)}%)` : bytes;
}
