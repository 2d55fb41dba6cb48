/** `wb events`: docker-events(1). */
export const EVENTS = {
  name: "events",
  words: "",
  count: { most: 0 },
  text: "Show what happens to containers and volumes, as it happens.",
  flags: {
    filter: {
      type: "list",
      short: "f",
      value: "filter",
      help: "Show those that match: container=web, event=die, label=a=b",
    },
    format: { type: "string", value: "string", help: "Print each by a Go template, or as json" },
    since: { type: "string", value: "string", help: "Show also what was since a time: 2026-01-02T13:23:37Z, or 42m" },
    until: { type: "string", value: "string", help: "End at a time" },
  },
  examples: [
    "wb events --filter event=die --format '{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'",
    "wb events --since 1h --until 0s",
  ],
} as const;
