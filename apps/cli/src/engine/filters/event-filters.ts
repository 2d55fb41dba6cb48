import { type Filters, valuesOf } from "./filters.ts";
import { matchesBeginning, matchesExactly, matchesLabels } from "./matches.ts";

/** What docker events chooses events by. */
export interface EventFacts {
  /** `container`, `volume`, `image`, `network`. */
  readonly type: string;
  /** `start`, `die`, `exec_create: sh`, `health_status: healthy`. */
  readonly action: string;
  /** The id, or a volume's name, of what it happened to. */
  readonly id: string;
  /** Its `name`, the `image` of a container, its labels. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The keys of `docker events --filter`. */
export const EVENT_FILTERS: readonly string[] = [
  "config",
  "container",
  "daemon",
  "event",
  "image",
  "label",
  "network",
  "node",
  "plugin",
  "scope",
  "secret",
  "service",
  "type",
  "volume",
];

/** Whether docker events shows an event (moby, daemon/events/filter.go). */
export function matchesEvent(filters: Filters, event: EventFacts): boolean {
  const { type, id, attributes } = event;
  const { name = "" } = attributes;
  return (
    matchesAction(filters, event) &&
    matchesExactly(filters, "type", type) &&
    matchesExactly(filters, "scope", "local") &&
    OBJECTS.every((key) => matchesBeginning(filters, key, id) || matchesBeginning(filters, key, name)) &&
    matchesImage(filters, event) &&
    matchesLabels(filters, attributes)
  );
}

/** Keys that name the one that it happened to, or the beginning of its id or name. */
const OBJECTS = ["config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume"];

/** `health_status`, `exec_create` and `exec_start` have more behind a colon. */
function matchesAction(filters: Filters, { action }: EventFacts): boolean {
  const isOpen = valuesOf(filters, "event").some((value) =>
    ["health_status", "exec_create", "exec_start"].includes(value),
  );
  return isOpen ? matchesBeginning(filters, "event", action) : matchesExactly(filters, "event", action);
}

/** Images by their ids and names, containers by their image's, with or without the tag. */
function matchesImage(filters: Filters, { type, id, attributes }: EventFacts): boolean {
  const name = attributes[type === "image" ? "name" : "image"] ?? "";
  return [id, name, withoutTag(id), withoutTag(name)].some((text) => matchesExactly(filters, "image", text));
}

function withoutTag(image: string): string {
  return image.replace(/[:@][^/]*$/, "");
}
