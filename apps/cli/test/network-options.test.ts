import { expect, test } from "vitest";
import { RUN } from "../src/commands/run-flags.ts";
import { networkOptions } from "../src/engine/network-options.ts";
import { parseFlags } from "../src/flags.ts";

test.each([
  {
    args: ["--net", "a/b"],
    message: '"a/b" for --net: none, host, pasta, slirp4netns, container:NAME, ns:PATH or a network\'s name',
  },
  {
    args: ["--net", "a", "--net", "host"],
    message: "cannot attach both user-defined and non-user-defined network-modes",
  },
  {
    args: ["-p", "80:80:80:80"],
    message: 'invalid argument "80:80:80:80" for "-p, --publish" flag: invalid IP address',
  },
  { args: ["-p", "0:80"], message: "invalid hostPort: 0" },
  { args: ["--expose", "80:80"], message: "invalid port format for --expose: 80:80" },
  { args: ["--net", "container:a", "-p", "80"], message: "port publishing and the container type network mode" },
  { args: ["--net", "container:a", "-h", "b"], message: "conflicting options: hostname and the network mode" },
  { args: ["--ip", "10.0.0.2"], message: "user specified IP address is supported on user defined networks only" },
  { args: ["--network-alias", "db"], message: "network-scoped alias is supported only for containers" },
  { args: ["--net", "a", "--network-alias", "x\n10.0.0.1 y"], message: "one word is meant" },
  { args: ["--mac-address", "02:42"], message: "02:42 is not a valid mac address" },
  ...["abc", "999.1.1.1", "1::2::3", "192.0.2.1%eth0"].map((text) => ({
    args: ["--dns", text],
    message: `${text} is not an ip address`,
  })),
  { args: ["--dns", "one.example"], message: "one.example is not an ip address" },
])("networkOptions() refuses $args in docker's words", ({ args, message }) => {
  const { flags } = parseFlags("run", RUN.flags, [...args, "sh"]);
  expect(() => networkOptions(flags, { mode: "none" })).toThrow(
    expect.objectContaining({ name: "UserError", message: expect.stringContaining(message) }),
  );
});

test("a refused -p without a hint of its own says how it is written", () => {
  const { flags } = parseFlags("run", RUN.flags, ["-p", "80-81:80-82", "sh"]);
  expect(() => networkOptions(flags, { mode: "none" })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("[[IP:]PORT:]PORT[/PROTOCOL]") }),
  );
});
