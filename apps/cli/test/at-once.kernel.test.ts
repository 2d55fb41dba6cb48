import { readdirSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { type Outcome, wb } from "./support/wb.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** With WB_TEST_LONG=1 as long and as many as it takes to be sure; else enough to see that nothing is broken. */
const LONG = process.env["WB_TEST_LONG"] === "1";
const [CALLERS, SECONDS] = LONG ? [50, 60] : [12, 6];
const NAMES = Array.from({ length: 10 }, (_, index) => `c${index}`);

/** What somebody does with a container that another one may have changed or removed a moment before. */
const OPERATIONS: readonly ((name: string, root: string) => readonly string[])[] = [
  (name, root) => ["run", "-d", "--name", name, "--rootfs", root, "sleep", "1000"],
  (name, root) => ["run", "-d", "--name", name, "--rootfs", root, "sh", "-c", "echo hello; exit 3"],
  (name, root) => ["run", "-d", "--rm", "--name", name, "--rootfs", root, "sleep", "0.2"],
  (name, root) => ["run", "-d", "--restart", "on-failure:2", "--name", name, "--rootfs", root, "false"],
  (name) => ["stop", "-t", "0", name],
  (name) => ["kill", name],
  (name) => ["start", name],
  (name) => ["restart", "-t", "0", name],
  (name) => ["rm", name],
  (name) => ["rm", "-f", name],
  (name) => ["rename", name, NAMES[Math.floor(Math.random() * NAMES.length)] ?? name],
  (name) => ["pause", name],
  (name) => ["unpause", name],
  (name) => ["exec", name, "true"],
  (name) => ["logs", name],
  () => ["ps", "-a", "--no-trunc"],
];

/** The refusals that there are, in one clear sentence. */
const REFUSALS = [
  /^wb: No such container: /,
  /^wb: Conflict\. The container name /,
  /^wb: cannot remove container .*: container is (running|paused|restarting)/,
  /^wb: container \S+ is (already )?(not )?(running|paused|restarting|created|exited)/,
  /^wb: [cC]annot kill container: /,
  /^wb: Renaming a container with the same name as its current name/,
  /^wb: (\S+: )?the container \S+ was killed before its command was executed/,
  /^wb: cannot start a paused container, try unpause instead/,
];

kernel(
  `of ${CALLERS} callers that do anything with ten containers for ${SECONDS} s each is served or clearly refused, and nothing is left`,
  { timeout: (SECONDS + 60) * 1000 },
  async () => {
    using place = temporaryDirectory("wb-at-once-");
    using root = busyboxRoot();
    const env = { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
    const end = performance.now() + SECONDS * 1000;
    const odd: string[] = [];
    const counts = { served: 0, refused: 0 };
    const callerLoop = async (): Promise<void> => {
      while (performance.now() < end) {
        const args = pick(OPERATIONS)(pick(NAMES), root.path);
        const outcome = await wb(args, { env });
        const complaint = complaintOf(args, outcome);
        if (complaint === undefined) counts[outcome.status === 0 ? "served" : "refused"] += 1;
        else odd.push(complaint);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, callerLoop));
    const ids = (await wb(["ps", "-aq", "--no-trunc"], { env })).stdout.split("\n").filter(Boolean);
    if (ids.length > 0) expect(await wb(["rm", "-f", ...ids], { env })).toMatchObject({ status: 0 });
    expect(odd).toEqual([]);
    expect(counts.served).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
    await waitFor(() => expect(left(place.path)).toEqual([]));
  },
);

/** Undefined for what is legal: an answer, or one of the refusals with its hint. */
function complaintOf(args: readonly string[], { status, stdout, stderr }: Outcome): string | undefined {
  const said = `wb ${args.join(" ")}: ${status}\n${stdout}${stderr}`;
  if (status === 0)
    return args[0] === "ps"
      ? tableComplaint(stdout)
      : stderr === "" || args[0] === "logs" || isForgiven(stderr)
        ? undefined
        : said;
  return REFUSALS.some((pattern) => pattern.test(stderr)) ? undefined : said;
}

/** Of `rm -f`, of one that another caller has removed. */
function isForgiven(stderr: string): boolean {
  return stderr.startsWith("wb: No such container: ");
}

const STATUS = /^(Up .+|Exited \(\d+\) .+|Created|Restarting \(\d+\) .+|Removal In Progress|Dead)$/;

/** Each row has a legal state, and a name that no other has. */
function tableComplaint(table: string): string | undefined {
  const [, ...rows] = table.trimEnd().split("\n");
  const fields = rows.map((row) => row.split(/ {3,}/));
  const names = fields.map((row) => row.at(-1));
  const legal = fields.every(([, , , , status = ""]) => STATUS.test(status));
  return legal && new Set(names).size === names.length ? undefined : table;
}

function left(place: string): string[] {
  return ["data/containers", "data/names", "run/containers", "run/supervised"].flatMap((path) =>
    readdirSync(join(place, path)).map((name) => `${path}/${name}`),
  );
}

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}
