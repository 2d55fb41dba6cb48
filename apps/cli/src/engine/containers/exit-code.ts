import type { ExitRecord } from "../../runtime/supervisor/exit-record.ts";

/** The status of a container that ended, docker-run(1): 128 and the signal; 255 where nobody knows. */
export function exitCodeOf({ code, signal }: ExitRecord): number {
  return code ?? (signal === null ? UNKNOWN : 128 + signal);
}

const UNKNOWN = 255;
