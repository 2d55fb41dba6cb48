import { escaped } from "../../report-error.ts";
import { compareText } from "../format/go-value.ts";
import { localTime } from "../words/local-time.ts";
import type { WbEvent } from "./event.ts";

/** An event as docker-events(1) prints it: `2026-01-31T15:04:05.123456789+01:00 container die ID (exitCode=0, name=web)`. */
export function eventText(event: WbEvent): string {
  const { type, action, id, attributes } = event;
  const pairs = Object.keys(attributes)
    .toSorted(compareText)
    .map((key) => `${key}=${attributes[key]}`);
  const behind = pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
  return escaped(`${localTime(event)} ${type} ${action} ${id}${behind}`);
}

/** What a template of `--format` sees, and `json` prints: moby, api/types/events, Message, whose fields JSON has under other names. */
export function eventFields({ type, action, id, attributes, sec, nsec }: WbEvent): object {
  const isContainer = type === "container";
  const from = isContainer ? (attributes["image"] ?? "") : "";
  const timeNano = BigInt(sec) * 1_000_000_000n + BigInt(nsec);
  return {
    ...(isContainer ? { status: action, id, ...(from === "" ? {} : { from }) } : {}),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: new Map(Object.entries(attributes)) },
    scope: "local",
    time: sec,
    timeNano,
    // Functions are left out of JSON.
    Status: () => (isContainer ? action : ""),
    ID: () => (isContainer ? id : ""),
    From: () => from,
    Scope: () => "local",
    Time: () => sec,
    TimeNano: () => timeNano,
  };
}
