/** `wb system start`. */
export const SYSTEM_START = {
  name: "system start",
  words: "",
  count: { most: 0 },
  text: `Start the containers that are to run when the machine does, and print their names: those of --restart always, of
unless-stopped that nobody stopped, and of on-failure that did not end well. A service does it at each boot.`,
  flags: {},
  examples: ["wb system start"],
} as const;
