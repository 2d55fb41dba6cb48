import { quote } from "../format/quote.ts";
import { shortId } from "../names/short-id.ts";
import { createdAt } from "../words/created-at.ts";
import { ellipsis } from "../words/ellipsis.ts";
import { humanDuration } from "../words/human-duration.ts";
import { labelText } from "../words/label-text.ts";
import { decimalSize } from "../words/sizes.ts";
import { type StatusFacts, statusText } from "../words/status-text.ts";
import type { Columns } from "./column.ts";
import { type Port, portText } from "./port-text.ts";

/** What docker ps shows of a container. */
export interface ContainerRow extends StatusFacts {
  readonly id: string;
  readonly name: string;
  /** As it was asked for. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly ports: readonly Port[];
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly name?: string; readonly source: string; readonly driver?: string }[];
  readonly networks: readonly string[];
  /** Bytes that the container wrote, and with its image; undefined where nobody asked. */
  readonly sizeRw?: number;
  readonly sizeRootFs?: number;
}

export interface ContainerContext {
  /** Cut what is long: not with `--no-trunc`. */
  readonly truncate: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type ContainerField =
  | "Command"
  | "CreatedAt"
  | "ID"
  | "Image"
  | "Labels"
  | "LocalVolumes"
  | "Mounts"
  | "Names"
  | "Networks"
  | "Ports"
  | "RunningFor"
  | "Size"
  | "State"
  | "Status";

/** The fields of docker ps (docker/cli, cli/command/formatter/container.go). */
export const CONTAINER_COLUMNS: Columns<ContainerField, ContainerRow, ContainerContext> = {
  Command: {
    header: "COMMAND",
    value: ({ command }, { truncate }) => quote(truncate ? ellipsis(command, 20) : command),
  },
  CreatedAt: { header: "CREATED AT", value: ({ created }) => createdAt(created) },
  ID: { header: "CONTAINER ID", value: ({ id }, { truncate }) => (truncate ? shortId(id) : id) },
  Image: { header: "IMAGE", value: imageText },
  Labels: { header: "LABELS", value: ({ labels }) => labelText(labels) },
  LocalVolumes: {
    header: "LOCAL VOLUMES",
    value: ({ mounts }) => String(mounts.filter(({ driver }) => driver === "local").length),
  },
  Mounts: {
    header: "MOUNTS",
    value: ({ mounts }, { truncate }) =>
      mounts.map(({ name, source }) => (truncate ? ellipsis(name ?? source, 15) : (name ?? source))).join(","),
  },
  Names: { header: "NAMES", value: ({ name }) => name },
  Networks: { header: "NETWORKS", value: ({ networks }) => networks.join(",") },
  Ports: { header: "PORTS", value: ({ ports }) => portText(ports) },
  RunningFor: { header: "CREATED", value: ({ created }, { now }) => `${humanDuration(now - created)} ago` },
  Size: { header: "SIZE", value: sizeText },
  State: { header: "STATE", value: ({ state }) => state },
  Status: { header: "STATUS", value: (row, { now }) => statusText(row, now) },
};

/** The columns of `docker ps`; with `--size` also `Size`. */
export const PS_FIELDS: readonly ContainerField[] = [
  "ID",
  "Image",
  "Command",
  "RunningFor",
  "Status",
  "Ports",
  "Names",
];

/** Those of `docker system df -v`. */
export const DF_CONTAINER_FIELDS: readonly ContainerField[] = [
  "ID",
  "Image",
  "Command",
  "LocalVolumes",
  "Size",
  "RunningFor",
  "Status",
  "Names",
];

/** Where not all is shown, an image that was asked for by its id has that, and one by its name no digest. */
function imageText({ image, imageId }: ContainerRow, { truncate }: ContainerContext): string {
  if (image === "") return "<no image>";
  if (!truncate) return image;
  return shortId(image) === shortId(imageId) ? shortId(imageId) : image.replace(/@sha256:[0-9a-f]{64}$/, "");
}

function sizeText({ sizeRw = 0, sizeRootFs = 0 }: ContainerRow): string {
  const written = decimalSize(sizeRw, 3);
  return sizeRootFs > 0 ? `${written} (virtual ${decimalSize(sizeRootFs, 3)})` : written;
}
