/**
 * The words of the command line. The script that starts wb hides from Node those that it would take for its own: after a
 * lone `+`, each begins with one.
 */
export function commandLine(): string[] {
  const [first, ...words] = process.argv.slice(2);
  if (first === "+") return words.map((word) => word.slice(1));
  return first === undefined ? [] : [first, ...words];
}
