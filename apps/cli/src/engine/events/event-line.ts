import type { WbEvent } from "./event.ts";

/** An event as it stands in the file: JSON in one line, which begins as nothing in it: attributes are strings. */
export function eventLine({ sec, nsec, type, action, id, attributes }: WbEvent): string {
  return `${JSON.stringify({ sec, nsec, type, action, id, attributes })}\n`;
}

/**
 * The event of a line; undefined for what is none. What a full disk left of another one may stand before it.
 *
 * @param line without its end
 */
export function parseEventLine(line: string): WbEvent | undefined {
  const [before] = /^.*(?=\{"sec":\d)/s.exec(line) ?? [];
  if (before === undefined) return undefined;
  try {
    return asEvent(JSON.parse(line.slice(before.length)));
  } catch {
    return undefined;
  }
}

function asEvent(value: unknown): WbEvent | undefined {
  const { sec, nsec, type, action, id, attributes }: Record<string, unknown> = Object(value);
  const isEvent =
    Number.isSafeInteger(sec) &&
    Number.isSafeInteger(nsec) &&
    [type, action, id].every((word) => typeof word === "string") &&
    Object.values(Object(attributes)).every((word) => typeof word === "string");
  return isEvent ? ({ sec, nsec, type, action, id, attributes: Object(attributes) } as WbEvent) : undefined;
}
