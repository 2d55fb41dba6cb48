import { spawnSync } from "node:child_process";
import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import type { ContainerRecord, Status } from "../../runtime/lifecycle/container-record.ts";
import { findContainer } from "../../runtime/lifecycle/find-container.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

/** `wb oci ps`: the processes of a container, by ps(1) or as JSON, with their ids on the machine. */
export async function psCommand(args: readonly string[], { root }: Globals): Promise<number> {
  const parsed = parseUsage(
    {
      name: "ps",
      words: "<container-id> [ps options]",
      least: 1,
      most: Number.POSITIVE_INFINITY,
      flags: { format: { type: "string", short: "f", value: "format", help: "table or json (default: table)" } },
      help: "show the processes of a container",
      wordsAreCommand: true,
    },
    args,
  );
  if (parsed === undefined) return 0;
  const [id = "", ...options] = parsed.words;
  const { record, status } = findContainer(root, id);
  const pids = await pidsOf(record, status);
  const { format = "table" } = parsed.flags;
  if (format === "json") writeAll(`${pids.length === 0 ? "null" : JSON.stringify(pids)}\n`);
  else if (format === "table") writeAll(linesOf(runPs(options), new Set(pids)));
  else throw new UserError("invalid format option", { hint: "table or json is meant" });
  return 0;
}

async function pidsOf(record: ContainerRecord, status: Status): Promise<number[]> {
  const group = await openContainerGroup(record);
  if (group !== undefined) return group.pids({ recursive: true });
  return status === "stopped" || status === "creating" ? [] : [record.init_process_pid];
}

function runPs(options: readonly string[]): string {
  const argv = options.length === 0 ? ["-ef"] : options;
  const { error, status, stdout, stderr } = spawnSync("ps", argv, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (error !== undefined)
    throw new UserError('exec: "ps": executable file not found in $PATH', {
      hint: "install procps, or ask for --format json",
      cause: error,
    });
  if (status !== 0) throw new UserError(`exit status ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** The heading, and the lines of those processes. */
function linesOf(output: string, pids: ReadonlySet<number>): string {
  const [heading = "", ...lines] = output.split("\n").filter((line) => line !== "");
  const column = words(heading).indexOf("PID");
  if (column < 0)
    throw new UserError("couldn't find PID field in ps output", { hint: "ask ps for it, too: -o pid,args" });
  const own = lines.filter((line) => pids.has(Number(words(line)[column])));
  return [heading, ...own].map((line) => `${line}\n`).join("");
}

function words(line: string): string[] {
  return line.trim().split(/\s+/);
}
