import { usage } from "../../../flags.ts";

/** `-4` or `-6`; undefined for both. @throws UserError */
export function familyOption(
  command: string,
  { inet = false, inet6 = false }: { readonly inet?: boolean; readonly inet6?: boolean },
): "inet" | "inet6" | undefined {
  if (inet && inet6) throw usage(command, "-4 and -6 exclude each other");
  return inet ? "inet" : inet6 ? "inet6" : undefined;
}
