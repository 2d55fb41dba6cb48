import { describe, expect, test } from "vitest";
import { commandHelp } from "../src/command/help-text.ts";
import { ipWordsOf, ipWordsToFlags } from "../src/commands/net/ip-words.ts";
import { findNetSpec, netHelp } from "../src/commands/net/net-help.ts";
import { NET_OBJECTS, NET_SPECS } from "../src/commands/net/net-specs.ts";
import { parsePattern, parsePublished, publishedText } from "../src/commands/net/publish/parse-published.ts";

describe("the commands of wb net", () => {
  test.each(NET_SPECS.map((spec) => [spec.name, spec] as const))(
    "%s has help that fits, and examples",
    (name, spec) => {
      const help = commandHelp(spec);
      expect(help).toMatch(new RegExp(`^Usage:  wb ${name}( |$)`, "m"));
      expect(spec.examples.some((example) => String(example).includes(`wb ${name}`))).toBe(true);
      expect(spec.text.split("\n").filter((line) => line.length > 120)).toEqual([]);
      expect(Object.keys(NET_OBJECTS)).toContain(name.split(" ")[1]);
      for (const one of [name, ...(spec.aliases ?? [])]) expect(findNetSpec(one.split(" ").slice(1))).toBe(spec);
      expect(netHelp([...name.split(" ").slice(1), "--help"])).toBe(help);
    },
  );

  test("have no name in common", () => {
    const names = NET_SPECS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each([
    ["addr add 10.0.0.1/24 dev eth0", "10.0.0.1/24 --dev eth0"],
    ["addr add 10.0.0.1/24 brd + dev eth0 -n dev", "10.0.0.1/24 --broadcast + --dev eth0 -n dev"],
    ["addr ls dev eth0", "--dev eth0"],
    ["addr ls eth0", "eth0"],
    ["link set dev eth0 down", "eth0 --up=false"],
    ["link set eth0 netns 42 name up up", "eth0 --to-netns 42 --name up --up"],
    ["link set -n blue eth0 up", "-n blue eth0 --up"],
    ["bridge port web0 hairpin on isolated off", "web0 --hairpin=true --isolated=false"],
    ["route add default via 10.0.0.1 proto static", "default --via 10.0.0.1 --protocol static"],
    ["route add dev dev eth0", "dev --dev eth0"],
    ["netns add dev up", "dev up"],
  ])("wb net %s is %s", (line, flags) => {
    const words = line.split(" ");
    const spec = findNetSpec(words);
    if (spec === undefined) throw new Error("no such command");
    expect(ipWordsToFlags(spec, words.slice(2)).join(" ")).toBe(flags);
  });

  test.each([
    ["vet", "did you mean veth?"],
    ["veth creat", "see 'wb net veth --help'"],
    ["bridge addif", "wb net bridge port LINK --master BRIDGE"],
    ["netns lst", "did you mean list or ls?"],
  ])("wb net %s is refused with the remedy", (line, hint) => {
    expect(() => netHelp(line.split(" "))).toThrow(expect.objectContaining({ hint, exitStatus: 1 }));
  });

  test("settings as words are those of ip(8)", () => {
    const spec = findNetSpec(["link", "set"]);
    expect(spec && ipWordsOf(spec)).toEqual([
      "address",
      "alias",
      "down",
      "master",
      "mtu",
      "name",
      "netns",
      "nomaster",
      "up",
    ]);
  });
});

describe("parsePublished()", () => {
  test.each([
    ["8080:10.0.0.2:80", "0.0.0.0:8080:10.0.0.2:80/tcp"],
    ["0.0.0.0:8080:10.0.0.2:80", "0.0.0.0:8080:10.0.0.2:80/tcp"],
    ["127.0.0.1:53:10.0.0.2:53/UDP", "127.0.0.1:53:10.0.0.2:53/udp"],
    ["80:[fd00::0:2]:8080/sctp", "[::]:80:[fd00::2]:8080/sctp"],
    ["[2001:db8::1]:80:[fd00::2]:8080", "[2001:db8::1]:80:[fd00::2]:8080/tcp"],
  ])("reads %s", (text, all) => {
    expect(parsePublished(text).map(publishedText)).toEqual([all]);
    expect(parsePublished(all).map(publishedText)).toEqual([all]);
  });

  test("reads ranges", () => {
    expect(parsePublished("7000-7001:10.0.0.2:80-81").map(({ port, to }) => [port, to.port])).toEqual([
      [7000, 80],
      [7001, 81],
    ]);
  });

  test.each([
    "",
    "80",
    "8080:80",
    ":10.0.0.2:80",
    "8080:10.0.0.2:",
    "8080:10.0.0.256:80",
    "8080:web:80",
    "0:10.0.0.2:80",
    "65536:10.0.0.2:80",
    "80-79:10.0.0.2:80",
    "80-81:10.0.0.2:80",
    "80:10.0.0.2:80-81",
    "80:10.0.0.2:80/icmp",
    "[::1]:80:10.0.0.2:80",
    "127.0.0.1:80:[fd00::2]:80",
    "80:[fd00::2:80",
    "a:80:10.0.0.2:80",
  ])("refuses %j, naming it", (text) => {
    expect(() => parsePublished(text)).toThrow(`invalid port ${JSON.stringify(text)}: `);
  });

  test("parsePattern() leaves open what is not given", () => {
    const open = { address: undefined, to: undefined };
    expect(parsePattern("80")).toEqual([{ ...open, port: 80, protocol: "tcp" }]);
    expect(parsePattern("[::0]:80/udp")).toEqual([{ ...open, address: "::", port: 80, protocol: "udp" }]);
    expect(parsePattern("80-81").map(({ port }) => port)).toEqual([80, 81]);
    const to = { address: "10.0.0.2", port: 8080 };
    expect(parsePattern("80:10.0.0.2:8080")).toEqual([{ address: undefined, port: 80, protocol: "tcp", to }]);
    expect(() => parsePattern("80x")).toThrow('invalid port "80x"');
  });
});
