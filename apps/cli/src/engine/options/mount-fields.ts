import { resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { parseBytes } from "./bytes.ts";
import type { BindOption } from "./mount-option.ts";

/** The fields of a `--mount`, each as it was given last; what was not given is undefined. */
export interface MountFields {
  type?: string;
  source?: string;
  destination?: string;
  readonly?: boolean;
  /** The kinds of which a field was given: `bind`, `volume`, `tmpfs`, `image`. */
  readonly kinds: Set<string>;
  propagation?: string;
  recursive?: BindOption["recursive"];
  nocopy?: boolean;
  subpath?: string;
  readonly labels: Map<string, string>;
  driver?: string;
  readonly options: Map<string, string>;
  size?: number;
  mode?: number;
}

/**
 * Notes a field of `--mount`, `KEY=VALUE` or a key that is true alone (docker/cli, opts/mount.go).
 *
 * @throws UserError in docker's words
 */
export function noteField(fields: MountFields, text: string): void {
  const equals = text.indexOf("=");
  const key = (equals === -1 ? text : text.slice(0, equals)).toLowerCase();
  const name = ALIASES.get(key) ?? key;
  const value = equals === -1 ? (ALONE.includes(name) ? "true" : undefined) : text.slice(equals + 1);
  if (value === undefined) throw invalid(`invalid field '${text}' must be a key=value pair`);
  const note = NOTES.get(name);
  if (note === undefined) throw invalid(`unexpected key '${key}' in '${text}'`);
  const [, kind] = /^(bind|volume|tmpfs|image)-/.exec(name) ?? [];
  if (kind !== undefined) fields.kinds.add(kind);
  note(fields, value, key);
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["src", "source"],
  ["target", "destination"],
  ["dst", "destination"],
  ["ro", "readonly"],
]);

/** Keys that may stand without a value. */
const ALONE = ["readonly", "volume-nocopy", "bind-nonrecursive"];

type Note = (fields: MountFields, value: string, key: string) => void;

const NOTES: ReadonlyMap<string, Note> = new Map<string, Note>([
  ["type", (fields, value) => (fields.type = value.toLowerCase())],
  ["source", (fields, value) => (fields.source = value.startsWith(".") ? resolve(value) : value)],
  ["destination", (fields, value) => (fields.destination = value)],
  ["readonly", (fields, value, key) => (fields.readonly = truth(key, value))],
  // Docker Desktop's, for the Mac.
  ["consistency", () => undefined],
  ["bind-propagation", (fields, value) => (fields.propagation = value.toLowerCase())],
  ["bind-nonrecursive", noteNonrecursive],
  ["bind-recursive", noteRecursive],
  ["volume-nocopy", (fields, value, key) => (fields.nocopy = truth(key, value))],
  ["volume-subpath", (fields, value) => (fields.subpath = value)],
  ["volume-label", (fields, value) => notePair(fields.labels, value)],
  ["volume-driver", (fields, value) => (fields.driver = value)],
  ["volume-opt", (fields, value) => notePair(fields.options, value)],
  ["image-subpath", (fields, value) => (fields.subpath = value)],
  ["tmpfs-size", (fields, value, key) => (fields.size = sizeOf(key, value))],
  ["tmpfs-mode", (fields, value, key) => (fields.mode = modeOf(key, value))],
]);

function invalid(reason: string, hint?: string): UserError {
  return new UserError(reason, {
    hint: hint ?? `KEY=VALUE,… of ${[...NOTES.keys()].join(", ")}: type=bind,src=/srv,dst=/srv,ro`,
  });
}

/** What strconv.ParseBool takes. */
function truth(key: string, value: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw invalid(`invalid value for ${key}: ${value}`, "true or false is meant");
}

function noteNonrecursive(fields: MountFields, value: string, key: string): void {
  if (truth(key, value)) fields.recursive = "disabled";
}

function noteRecursive(fields: MountFields, value: string, key: string): void {
  const found = RECURSIVE.find((one) => one === value);
  if (found === undefined)
    throw invalid(
      `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      `one of ${RECURSIVE.join(", ")}`,
    );
  fields.recursive = found;
}

const RECURSIVE = ["enabled", "disabled", "writable", "readonly"] as const;

function notePair(pairs: Map<string, string>, text: string): void {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  if (name !== "") pairs.set(name, equals === -1 ? "" : text.slice(equals + 1));
}

function sizeOf(key: string, value: string): number {
  try {
    return parseBytes(value);
  } catch {
    throw invalid(`invalid value for ${key}: ${value}`, "a number of bytes, or one with b, k, m or g: 64m");
  }
}

function modeOf(key: string, value: string): number {
  if (!/^[0-7]{1,10}$/.test(value)) throw invalid(`invalid value for ${key}: ${value}`, "an octal number: 1777");
  return Number.parseInt(value, 8);
}
