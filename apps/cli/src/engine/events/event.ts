import type { EventFacts } from "../filters/event-filters.ts";
import type { LogTime } from "../logs/log-time.ts";

/** A change of a container or of a volume, in docker's words, and when it was. */
export interface WbEvent extends EventFacts, LogTime {}
