import { table } from "../columns/column.ts";
import {
  CONTAINER_COLUMNS,
  type ContainerContext,
  type ContainerRow,
  DF_CONTAINER_FIELDS,
} from "../columns/container-columns.ts";
import { DF_FIELDS, DISK_USAGE_COLUMNS } from "../columns/disk-usage-columns.ts";
import { fieldValues } from "../columns/field-values.ts";
import { listText } from "../columns/list-text.ts";
import { DF_VOLUME_FIELDS, VOLUME_COLUMNS, type VolumeRow } from "../columns/volume-columns.ts";
import { formatter } from "../format/formatter.ts";
import { diskUsage } from "./disk-usage.ts";

export interface DiskUsageFacts {
  readonly containers: readonly ContainerRow[];
  readonly volumes: readonly VolumeRow[];
}

/** What docker system df prints. @throws UserError for a format that is no template */
export function diskUsageText({ containers, volumes }: DiskUsageFacts, format: string | undefined): string {
  const rows = diskUsage(containers, volumes);
  const list = { type: "*formatter.diskUsageContext", columns: DISK_USAGE_COLUMNS, fields: DF_FIELDS };
  return listText(list, { rows, context: undefined, format });
}

/** With `-v`: each of them. @throws UserError for a format that is no template */
export function detailedUsageText(
  { containers, volumes }: DiskUsageFacts,
  context: ContainerContext,
  format: string = "",
): string {
  if (format !== "" && format !== "table") {
    const fields = {
      Images: [],
      Containers: containers.map((row) => fieldValues(CONTAINER_COLUMNS, row, context)),
      Volumes: volumes.map((row) => fieldValues(VOLUME_COLUMNS, row, undefined)),
      BuildCache: [],
    };
    return `${formatter(format)(fields)}\n`;
  }
  return [
    "Images space usage:\n\n",
    "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE      SHARED SIZE   UNIQUE SIZE   CONTAINERS\n",
    "\nContainers space usage:\n\n",
    table(CONTAINER_COLUMNS, DF_CONTAINER_FIELDS, containers, context),
    "\nLocal Volumes space usage:\n\n",
    table(VOLUME_COLUMNS, DF_VOLUME_FIELDS, volumes, undefined),
    "\nBuild cache usage: 0B\n\n",
    "CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n",
  ].join("");
}
