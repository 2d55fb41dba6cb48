import { isId, readTable } from "../engine/account.ts";

/**
 * What a command's environment has besides what its configuration says: HOME, which runc takes from the container's own
 * passwd(5), and engines leave to it. Without an entry there it is `/`.
 *
 * @param root the container's root directory: nothing is read outside of it
 */
export function homeOf(
  env: Readonly<Record<string, string>>,
  uid: number,
  root: string,
): Readonly<Record<string, string>> {
  if (env["HOME"] !== undefined && env["HOME"] !== "") return {};
  const entry = readTable(root, "etc/passwd").find((fields) => isId(fields[2], uid));
  return { HOME: entry?.[5] === undefined || entry[5] === "" ? "/" : entry[5] };
}
