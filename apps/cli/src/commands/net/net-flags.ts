import type { CommandSpec } from "../../command/command-spec.ts";

/** `wb net`. */
export const NET: CommandSpec = {
  name: "net",
  words: "OBJECT COMMAND ...",
  text: `Links, addresses, routes, named network namespaces and published ports by hand, in the words of ip(8).
All of it is the kernel's own: what is made here, ip(8) and nft(8) show and change, and the other way round.
The setting of a command is a flag or, behind its first words, a word as ip(8) has it: --dev eth0 is also dev eth0.
The exit status is ip(8)'s: 2 where the kernel has refused it, 1 for what was not asked of it.`,
  flags: {},
  examples: [
    "wb net veth add web0 --peer eth0 --peer-netns 4242 --up",
    "wb net addr add 10.244.244.1/24 dev web0",
    "wb net publish add 127.0.0.1:8080:10.244.244.2:80",
  ],
  flagsFirst: true,
  completes: ["nothing"],
};
