import type { UserError } from "../../user-error.ts";
import { flagError } from "../options/flag-error.ts";

/** What happens when a container ends. */
export interface RestartPolicy {
  readonly name: (typeof POLICIES)[number];
  /** Of on-failure: how often it is started again; 0: always. */
  readonly maximumRetryCount: number;
}

const POLICIES = ["no", "always", "on-failure", "unless-stopped"] as const;

/**
 * Parses `--restart no|always|unless-stopped|on-failure[:N]`.
 *
 * @throws UserError with docker's reason (docker/cli, opts/parse.go, and moby, ValidateRestartPolicy)
 */
export function parseRestartPolicy(text: string): RestartPolicy {
  if (text === "") return { name: "no", maximumRetryCount: 0 };
  const colon = text.indexOf(":");
  const [word, retries] = colon === -1 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  if (word === "") throw invalid(text, "invalid restart policy format: no policy provided before colon");
  if (!/^([+-]?\d{1,15})?$/.test(retries))
    throw invalid(text, "invalid restart policy format: maximum retry count must be an integer");
  const maximumRetryCount = Number(retries);
  const name = POLICIES.find((policy) => policy === word);
  if (name === undefined)
    throw invalid(
      text,
      `invalid restart policy: unknown policy '${word}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (name !== "on-failure" && maximumRetryCount !== 0)
    throw invalid(
      text,
      `invalid restart policy: maximum retry count can only be used with 'on-failure'${maximumRetryCount < 0 ? " and cannot be negative" : ""}`,
    );
  if (maximumRetryCount < 0) throw invalid(text, "invalid restart policy: maximum retry count cannot be negative");
  return { name, maximumRetryCount };
}

function invalid(text: string, reason: string): UserError {
  return flagError("--restart", text, reason, "no, always, unless-stopped, on-failure or on-failure:N");
}
