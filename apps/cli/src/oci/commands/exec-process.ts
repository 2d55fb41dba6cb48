import { UserError } from "../../user-error.ts";
import { completeProcess, type CompleteProcess, type CompleteSpec } from "../complete-spec.ts";
import type { OciFlagValues } from "../flags.ts";
import type { SpecProcess } from "../spec-process.ts";
import { readJson } from "../validate/read-json.ts";
import { validateProcess } from "../validate/validate-spec.ts";

/** The flags of runc-exec(8) that say what the process is. */
export const PROCESS_FLAGS = {
  process: { type: "string", short: "p", value: "path", help: "A file with the process as in config.json" },
  cwd: { type: "string", value: "path", help: "The working directory (default: the container's)" },
  env: { type: "list", short: "e", value: "NAME=value", help: "Set a variable of the environment" },
  tty: { type: "boolean", short: "t", help: "Have a terminal" },
  user: {
    type: "string",
    short: "u",
    value: "uid[:gid]",
    help: "Who it is (default: as the container's first process)",
  },
  "additional-gids": { type: "list", short: "g", value: "gid", help: "A supplementary group" },
  "process-label": { type: "string", value: "label", help: "The SELinux label" },
  apparmor: { type: "string", value: "profile", help: "The AppArmor profile" },
  "no-new-privs": { type: "boolean", help: "Gain no privileges by execve(2)" },
  cap: { type: "list", short: "c", value: "capability", help: "Add a capability to all sets" },
} as const;

type ProcessFlags = OciFlagValues<typeof PROCESS_FLAGS>;

/**
 * The process that flags and words ask for: what a file has, or the container's own with other words.
 *
 * @throws UserError
 */
export function execProcess(
  { process: own }: CompleteSpec,
  flags: ProcessFlags,
  words: readonly string[],
): CompleteProcess {
  const { process: file } = flags;
  if (file !== undefined) return completeProcess(validateProcess(readJson(file), file));
  if (words.length === 0)
    throw new UserError("process args cannot be empty", { hint: "wb oci exec CONTAINER COMMAND" });
  return completeProcess({ ...withFlags(own, flags), args: words });
}

function withFlags(own: CompleteProcess, flags: ProcessFlags): SpecProcess {
  const { cap = [], env = [], user, cwd, tty = false } = flags;
  const groups = flags["additional-gids"] ?? [];
  const nameless = env.find((text) => !/^[^=]+=/.test(text));
  if (nameless !== undefined)
    throw new UserError(`invalid environment variable: ${JSON.stringify(nameless)}`, { hint: "NAME=value" });
  const { selinuxLabel = own.selinuxLabel, apparmorProfile = own.apparmorProfile } = {
    ...(flags["process-label"] === undefined ? {} : { selinuxLabel: flags["process-label"] }),
    ...(flags.apparmor === undefined ? {} : { apparmorProfile: flags.apparmor }),
  };
  return {
    ...own,
    terminal: tty,
    env: [...own.env, ...env],
    ...(cwd === undefined ? {} : { cwd }),
    ...(selinuxLabel === undefined ? {} : { selinuxLabel }),
    ...(apparmorProfile === undefined ? {} : { apparmorProfile }),
    ...(flags["no-new-privs"] === undefined ? {} : { noNewPrivileges: flags["no-new-privs"] }),
    user: {
      ...own.user,
      ...(user === undefined ? {} : parseUser(user)),
      additionalGids: [...(own.user.additionalGids ?? []), ...groups.map((text) => parseId(text))],
    },
    capabilities: withCapabilities(own, cap),
  };
}

/** As runc: into every set but the ambient one, which only what the container's own process has gets. */
function withCapabilities(
  { capabilities }: CompleteProcess,
  added: readonly string[],
): CompleteProcess["capabilities"] {
  if (added.length === 0) return capabilities;
  const { bounding = [], effective = [], permitted = [], inheritable = [], ambient = [] } = capabilities;
  const hasInheritable = inheritable.length > 0;
  return {
    bounding: [...bounding, ...added],
    effective: [...effective, ...added],
    permitted: [...permitted, ...added],
    inheritable: hasInheritable ? [...inheritable, ...added] : inheritable,
    ambient: hasInheritable ? [...ambient, ...added] : ambient,
  };
}

/** Numbers only: there is no passwd(5) to look a name up in (CVE-2026-30892). */
function parseUser(text: string): { readonly uid: number; readonly gid?: number } {
  const [uid = "", gid] = text.split(":", 2);
  return { uid: parseId(uid), ...(gid === undefined ? {} : { gid: parseId(gid) }) };
}

function parseId(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= LAST_ID) return Number(text);
  throw new UserError(`invalid id ${JSON.stringify(text)}`, { hint: `a number of 0 to ${LAST_ID} is meant` });
}

const LAST_ID = 0xffff_fffe;
