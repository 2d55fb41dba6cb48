import { parseArgs } from "node:util";

/** A program that wb is compared with. */
export type Peer = "runc" | "bwrap" | "unshare";

/** What `--only` takes: a peer, or the cold start of `./wb run`. */
export type Subject = Peer | "cold";
const SUBJECTS: readonly Subject[] = ["runc", "bwrap", "unshare", "cold"];

export interface Options {
  readonly rounds: number;
  readonly json: boolean;
  readonly only: Subject | undefined;
}

export const usage: string = `usage: tools/pnpm bench [--rounds 30] [--json] [--only ${SUBJECTS.join("|")}]`;

/** Reads the command line. What is wrong with it is a TypeError with a sentence for the user. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new TypeError(`--rounds takes a whole number above 0, not ${values.rounds}`);
  const only = SUBJECTS.find((subject) => subject === values.only);
  if (values.only !== undefined && only === undefined)
    throw new TypeError(`--only takes ${SUBJECTS.join(", ")}, not ${values.only}`);
  return { rounds, json: values.json, only };
}

const options = {
  rounds: { type: "string", default: "30" },
  json: { type: "boolean", default: false },
  only: { type: "string" },
} as const;
