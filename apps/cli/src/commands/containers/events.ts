import { type Command, command } from "../../command/command.ts";
import { eventFields, eventText } from "../../engine/events/event-text.ts";
import type { WbEvent } from "../../engine/events/event.ts";
import { followEvents } from "../../engine/events/follow-events.ts";
import { EVENT_FILTERS } from "../../engine/filters/event-filters.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { formatter } from "../../engine/format/formatter.ts";
import { parseLogTime } from "../../engine/logs/time.ts";
import { writeAll } from "../../write-all.ts";
import { EVENTS } from "./events-flags.ts";
import { warn } from "./warn.ts";

/** `wb events`: docker-events(1). */
export const eventsCommand: Command = command(EVENTS, async ({ flags }) => {
  const { since, until, format } = flags;
  const text = format === undefined || format === "" ? eventText : byTemplate(format);
  const events = followEvents({
    filters: parseFilters(flags.filter ?? [], EVENT_FILTERS),
    since: since === undefined ? undefined : parseLogTime("since", since),
    until: until === undefined ? undefined : parseLogTime("until", until),
    onLost: (files) => warn(`${files} full file(s) of events were removed before they could be read`),
  });
  for await (const event of events) writeAll(`${text(event)}\n`);
  return 0;
});

function byTemplate(format: string): (event: WbEvent) => string {
  const run = formatter(format, { missing: "error" });
  return (event) => run(eventFields(event));
}
