/** The environment of `NAME=value` words: of one that stands there twice, the later counts. */
export function environmentOf(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const end = word.includes("=") ? word.indexOf("=") : word.length;
      return [word.slice(0, end), word.slice(end + 1)];
    }),
  );
}
