/** A command as docker's lists show it (moby, daemon/list.go): arguments with spaces are in quotation marks, which are none for a shell. */
export function commandText([file = "", ...args]: readonly string[]): string {
  return [file, ...args.map((arg) => (arg.includes(" ") ? `'${arg}'` : arg))].join(" ");
}
