import { findImage, formatReference, needImage, parseReference } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { IMAGE_COLUMNS, type ImageRow, imageFields } from "../../engine/columns/image-columns.ts";
import { listText } from "../../engine/columns/list-text.ts";
import { parseFilters, valuesOf } from "../../engine/filters/filters.ts";
import { IMAGE_FILTERS, listedImages } from "../../engine/filters/image-filters.ts";
import { imageRows } from "../../engine/images/image-rows.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { shortId } from "../../engine/names/short-id.ts";
import { writeAll } from "../../write-all.ts";
import { IMAGES } from "./ls-flags.ts";

/** `wb images`: docker-images(1). */
export const imagesCommand: Command = command(IMAGES, async ({ flags, words: [word] }) => {
  const filters = parseFilters(flags.filter ?? [], IMAGE_FILTERS);
  const store = storeOfImages();
  const timeOf = (reference: string): number => Date.parse(needImage(store, reference).document.created ?? "") || 0;
  const range = {
    before: valuesOf(filters, "before").map(timeOf),
    since: valuesOf(filters, "since").map(timeOf),
  };
  const rows = listedImages(imageRows(store), filters, range).filter((row) => word === undefined || isAsked(row, word));
  const { digests = false, format } = flags;
  const context = { wholeIds: flags["no-trunc"] ?? false, now: Date.now() };
  if (flags.quiet === true && format === undefined) {
    const ids = rows.map(({ id }) => (context.wholeIds ? id : shortId(id)));
    writeAll(ids.map((id) => `${id}\n`).join(""));
    return 0;
  }
  const list = { type: "*formatter.imageContext", columns: IMAGE_COLUMNS, fields: imageFields(digests) } as const;
  writeAll(listText(list, { rows, context, format }));
  return 0;

  function isAsked(row: ImageRow, reference: string): boolean {
    const found = findImage(store, reference);
    if (found !== undefined && /^(?:sha256:)?[\da-f]+$/.test(reference) && found.id === row.id) return true;
    const { tag, ...wanted } = parseReference(reference);
    const repository = formatReference({ domain: wanted.domain, path: wanted.path });
    return (
      row.repository !== "<none>" && row.name.startsWith(`${repository}:`) && (tag === undefined || tag === row.tag)
    );
  }
});
