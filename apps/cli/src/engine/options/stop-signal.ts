import { signalNumber } from "../../oci/signal-number.ts";
import { flagError } from "./flag-error.ts";

/**
 * The number of the signal that `--stop-signal` or `-s, --signal` names: `SIGTERM`, `term`, `15`, `RTMIN+3`.
 *
 * @throws UserError in docker's words (moby/sys/signal, ParseSignal)
 */
export function signalOption(flag: string, text: string): number {
  const number = numberOf(text);
  if (number !== undefined && number > 0) return number;
  throw flagError(flag, text, `invalid signal: ${text}`, "a name of signal(7), or a number from 1 to 64");
}

function numberOf(text: string): number | undefined {
  try {
    return signalNumber(text);
  } catch {
    return undefined;
  }
}
