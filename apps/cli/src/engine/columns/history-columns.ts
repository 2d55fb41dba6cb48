import type { HistoryStep } from "@wb/image";
import { shortId } from "../names/short-id.ts";
import { ellipsis } from "../words/ellipsis.ts";
import { humanDuration } from "../words/human-duration.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import { decimalSize } from "../words/sizes.ts";
import type { Columns } from "./column.ts";

export type HistoryField = "Comment" | "CreatedAt" | "CreatedBy" | "CreatedSince" | "ID" | "Size";

export interface HistoryContext {
  /** `--no-trunc` */
  readonly whole: boolean;
  /** `--human` */
  readonly human: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The fields of docker history (docker/cli, cli/command/image/formatter_history.go). */
export const HISTORY_COLUMNS: Columns<HistoryField, HistoryStep, HistoryContext> = {
  Comment: { header: "COMMENT", value: ({ comment }) => comment },
  CreatedAt: { header: "CREATED AT", value: ({ created }) => rfc3339(created) },
  CreatedBy: { header: "CREATED BY", value: ({ createdBy }, { whole }) => shownCommand(createdBy, whole) },
  CreatedSince: {
    header: "CREATED",
    value: ({ created }, { human, now }) => {
      if (!human) return rfc3339(created);
      return created === 0 ? "N/A" : `${humanDuration(now - created)} ago`;
    },
  },
  ID: { header: "IMAGE", value: ({ id }, { whole }) => shownId(id, whole) },
  Size: { header: "SIZE", value: ({ size }, { human }) => (human ? decimalSize(size, 3) : String(size)) },
};

/** The columns of `docker history`. */
export const HISTORY_FIELDS: readonly HistoryField[] = ["ID", "CreatedSince", "CreatedBy", "Size", "Comment"];

/** `<missing>` stays so. */
export function shownId(id: string, whole: boolean): string {
  return whole || !id.startsWith("sha256:") ? id : shortId(id);
}

function shownCommand(text: string, whole: boolean): string {
  const line = text.replaceAll("\t", " ");
  return whole ? line : ellipsis(line, 45);
}
