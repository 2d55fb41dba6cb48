import { displayWidth } from "./display-width.ts";

/** A text cut to so many columns, the last of which is `…` then (docker/cli, formatter.Ellipsis). */
export function ellipsis(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += displayWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns <= 0 ? "" : `${kept}…`;
}
