/** `wb login`: docker-login(1). */
export const LOGIN = {
  name: "login",
  words: "[SERVER]",
  count: { least: 0, most: 1 },
  text: `Log in to a registry, docker.io where none is named. Who somebody is there is kept where docker has it:
in ~/.docker/config.json, or in the credential store that this names.`,
  flags: {
    password: {
      type: "string",
      short: "p",
      value: "string",
      help: "The password, which others may see in the list of processes",
    },
    "password-stdin": { type: "boolean", help: "Read the password from stdin" },
    username: { type: "string", short: "u", value: "string", help: "The name" },
  },
  examples: ["wb login -u me registry.example:5000", "wb login -u me --password-stdin registry.example:5000 <secret"],
  completes: [],
} as const;

/** `wb logout`: docker-logout(1). */
export const LOGOUT = {
  name: "logout",
  words: "[SERVER]",
  count: { least: 0, most: 1 },
  text: "Forget who somebody is to a registry, docker.io where none is named.",
  flags: {},
  examples: ["wb logout registry.example:5000"],
  completes: [],
} as const;
