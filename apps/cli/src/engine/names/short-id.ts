/** The 12 characters of an id that are shown; a digest's without its algorithm. */
export function shortId(id: string): string {
  return id.slice(id.indexOf(":") + 1).slice(0, 12);
}
