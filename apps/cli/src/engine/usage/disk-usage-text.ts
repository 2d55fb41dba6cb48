import { table } from "../columns/column.ts";
import {
  CONTAINER_COLUMNS,
  type ContainerContext,
  type ContainerRow,
  DF_CONTAINER_FIELDS,
} from "../columns/container-columns.ts";
import { DF_FIELDS, DISK_USAGE_COLUMNS } from "../columns/disk-usage-columns.ts";
import { fieldValues } from "../columns/field-values.ts";
import { DF_IMAGE_FIELDS, IMAGE_COLUMNS, type ImageRow } from "../columns/image-columns.ts";
import { listText } from "../columns/list-text.ts";
import { DF_VOLUME_FIELDS, VOLUME_COLUMNS, type VolumeRow } from "../columns/volume-columns.ts";
import { formatter } from "../format/formatter.ts";
import { decimalSize } from "../words/sizes.ts";
import { diskUsage, type ImageUsage } from "./disk-usage.ts";

export interface DiskUsageFacts {
  readonly containers: readonly ContainerRow[];
  readonly volumes: readonly VolumeRow[];
  readonly images: ImageUsage & { readonly rows: readonly ImageRow[] };
}

/** What docker system df prints. @throws UserError for a format that is no template */
export function diskUsageText({ containers, volumes, images }: DiskUsageFacts, format: string | undefined): string {
  const rows = diskUsage(containers, volumes, images);
  const list = { type: "*formatter.diskUsageContext", columns: DISK_USAGE_COLUMNS, fields: DF_FIELDS };
  return listText(list, { rows, context: undefined, format });
}

/** With `-v`: each of them. @throws UserError for a format that is no template */
export function detailedUsageText(
  { containers, volumes, images }: DiskUsageFacts,
  context: ContainerContext,
  format: string = "",
): string {
  const seen = { wholeIds: false, now: context.now };
  if (format !== "" && format !== "table") {
    const fields = {
      Images: images.rows.map((row) => fieldValues(IMAGE_COLUMNS, row, seen)),
      Containers: containers.map((row) => fieldValues(CONTAINER_COLUMNS, row, context)),
      Volumes: volumes.map((row) => fieldValues(VOLUME_COLUMNS, row, undefined)),
      BuildCache: [],
    };
    return `${formatter(format)(fields)}\n`;
  }
  return [
    "Images space usage:\n\n",
    table(IMAGE_COLUMNS, DF_IMAGE_FIELDS, images.rows, seen),
    "\nContainers space usage:\n\n",
    table(CONTAINER_COLUMNS, DF_CONTAINER_FIELDS, containers, context),
    "\nLocal Volumes space usage:\n\n",
    table(VOLUME_COLUMNS, DF_VOLUME_FIELDS, volumes, undefined),
    `\nBuild cache usage: ${decimalSize(images.buildCache.size)}\n\n`,
    "CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n",
  ].join("");
}
