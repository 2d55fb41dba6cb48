import { shortId } from "../names/short-id.ts";
import { createdAt } from "../words/created-at.ts";
import { humanDuration } from "../words/human-duration.ts";
import { decimalSize } from "../words/sizes.ts";
import type { Columns } from "./column.ts";

/** What docker images shows of an image, for each of its names. */
export interface ImageRow {
  /** The whole name; "" for none. */
  readonly name: string;
  /** As people write it. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** `sha256:…` */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Bytes. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes of layers that other images have, too; undefined where nobody asked. */
  readonly shared?: number;
  /** How many containers are made of it; undefined where nobody asked. */
  readonly containers?: number;
}

export type ImageField =
  | "Containers"
  | "CreatedAt"
  | "CreatedSince"
  | "Digest"
  | "ID"
  | "Repository"
  | "SharedSize"
  | "Size"
  | "Tag"
  | "UniqueSize"
  | "VirtualSize";

export interface ImageListContext {
  /** `--no-trunc` */
  readonly wholeIds: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The fields of docker images (docker/cli, cli/command/formatter/image.go). */
export const IMAGE_COLUMNS: Columns<ImageField, ImageRow, ImageListContext> = {
  Containers: { header: "CONTAINERS", value: ({ containers }) => String(containers ?? UNKNOWN) },
  CreatedAt: { header: "CREATED AT", value: ({ created }) => createdAt(created) },
  CreatedSince: {
    header: "CREATED",
    value: ({ created }, { now }) => (created === 0 ? UNKNOWN : `${humanDuration(now - created)} ago`),
  },
  Digest: { header: "DIGEST", value: ({ digest }) => digest },
  ID: { header: "IMAGE ID", value: ({ id }, { wholeIds }) => (wholeIds ? id : shortId(id)) },
  Repository: { header: "REPOSITORY", value: ({ repository }) => repository },
  SharedSize: {
    header: "SHARED SIZE",
    value: ({ shared }) => (shared === undefined ? UNKNOWN : decimalSize(shared, 3)),
  },
  Size: { header: "SIZE", value: ({ size }) => decimalSize(size, 3) },
  Tag: { header: "TAG", value: ({ tag }) => tag },
  UniqueSize: {
    header: "UNIQUE SIZE",
    value: ({ size, shared }) => (shared === undefined ? UNKNOWN : decimalSize(size - shared, 3)),
  },
  VirtualSize: { header: "SIZE", value: ({ size }) => decimalSize(size, 3) },
};

/** The columns of `docker images`. */
export function imageFields(digests: boolean): readonly ImageField[] {
  return ["Repository", "Tag", ...(digests ? (["Digest"] as const) : []), "ID", "CreatedSince", "Size"];
}

/** The columns of `docker system df -v`. */
export const DF_IMAGE_FIELDS: readonly ImageField[] = [
  "Repository",
  "Tag",
  "ID",
  "CreatedSince",
  "Size",
  "SharedSize",
  "UniqueSize",
  "Containers",
];

const UNKNOWN = "N/A";
