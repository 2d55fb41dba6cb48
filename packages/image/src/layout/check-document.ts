import { ImageError } from "../image-error.ts";
import type { ImageDocument } from "./documents.ts";

/**
 * The configuration of an image from elsewhere: what wb reads of it later is of the type that it is to be.
 *
 * @param where for the error
 * @throws ImageError WB_IMAGE_INVALID, naming the field
 */
export function checkDocument(value: unknown, where: string): ImageDocument {
  const refuse = (field: string): ImageError =>
    new ImageError("WB_IMAGE_INVALID", `${where} is no configuration of an image: its ${field} is not as it is to be`);
  if (!isRecord(value)) throw refuse("JSON");
  check(value, DOCUMENT, refuse);
  const { rootfs, config, history } = value;
  if (!isRecord(rootfs)) throw refuse("rootfs");
  check(rootfs, { diff_ids: digests }, (field) => refuse(`rootfs.${field}`));
  for (const entry of list(history)) {
    if (!isRecord(entry)) throw refuse("history");
    check(entry, HISTORY, (field) => refuse(`history.${field}`));
  }
  if (isRecord(config)) {
    check(config, CONFIG, (field) => refuse(`config.${field}`));
    const { Healthcheck: health } = config;
    if (isRecord(health)) check(health, HEALTH, (field) => refuse(`config.Healthcheck.${field}`));
  }
  const { os } = value;
  if (os !== "linux")
    throw new ImageError("WB_IMAGE_UNSUPPORTED", `cannot load ${String(os)} image on linux`, { hint: where });
  const layers = Array.isArray(history) ? history.filter((entry) => !Object(entry).empty_layer).length : undefined;
  const { diff_ids: diffIds } = rootfs;
  if (layers !== undefined && layers > list(diffIds).length) throw refuse("history, which has more layers than it,");
  return value as unknown as ImageDocument;
}

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === "string";
const flag: Test = (value) => typeof value === "boolean";
const integer: Test = (value) => Number.isInteger(value);
const texts: Test = (value) => Array.isArray(value) && value.every(text);
const record: Test = isRecord;
const labels: Test = (value) => isRecord(value) && Object.values(value).every(text);
const sets: Test = (value) => isRecord(value) && Object.values(value).every((one) => one === null || isRecord(one));
const digests: Test = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && /^sha256:[\da-f]{64}$/.test(one));
/** Go writes null for what is empty. */
const or =
  (test: Test): Test =>
  (value) =>
    value === undefined || value === null || test(value);

type Fields = Readonly<Record<string, Test>>;

const DOCUMENT: Fields = {
  architecture: text,
  os: text,
  variant: or(text),
  created: or(text),
  author: or(text),
  config: or(record),
  history: or(Array.isArray),
};

const HISTORY: Fields = {
  created: or(text),
  created_by: or(text),
  author: or(text),
  comment: or(text),
  empty_layer: or(flag),
};

const CONFIG: Fields = {
  Hostname: or(text),
  Domainname: or(text),
  User: or(text),
  ExposedPorts: or(sets),
  Tty: or(flag),
  OpenStdin: or(flag),
  Env: or(texts),
  Cmd: or(texts),
  Healthcheck: or(record),
  Volumes: or(sets),
  WorkingDir: or(text),
  Entrypoint: or(texts),
  OnBuild: or(texts),
  Labels: or(labels),
  StopSignal: or(text),
  Shell: or(texts),
};

const HEALTH: Fields = {
  Test: or(texts),
  Interval: or(integer),
  Timeout: or(integer),
  StartPeriod: or(integer),
  StartInterval: or(integer),
  Retries: or(integer),
};

function check(value: Readonly<Record<string, unknown>>, fields: Fields, refuse: (field: string) => ImageError): void {
  for (const [field, test] of Object.entries(fields)) if (!test(value[field])) throw refuse(field);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
