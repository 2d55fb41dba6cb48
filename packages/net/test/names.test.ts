import { describe, expect, test } from "vitest";
import {
  checkLinkName,
  containerResolvConf,
  formatResolvConf,
  hostsText,
  isResolved,
  parseResolvConf,
  withNetworkNames,
} from "../src/index.ts";

describe("hostsText()", () => {
  test("has the machine itself, and then the others in their order", () => {
    const entries = [
      { address: "10.88.0.2", names: ["4f3a8c2b9d10"] },
      { address: "192.0.2.1", names: ["db", "db.example"] },
    ];
    expect(hostsText(entries)).toBe(
      [
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::\tip6-localnet",
        "ff00::\tip6-mcastprefix",
        "ff02::1\tip6-allnodes",
        "ff02::2\tip6-allrouters",
        "10.88.0.2\t4f3a8c2b9d10",
        "192.0.2.1\tdb db.example",
        "",
      ].join("\n"),
    );
    expect(hostsText([], { ipv6: false })).toBe("127.0.0.1\tlocalhost\n");
  });
});

describe("withNetworkNames()", () => {
  const own = "127.0.0.1\tlocalhost\n";
  const web = { address: "10.88.0.2", names: ["web"] };

  test("replaces what it has written, and leaves what somebody else has", () => {
    const once = withNetworkNames(own, [web]);
    expect(once).toBe(`${own}# wb: names on its networks\n10.88.0.2\tweb\n# wb: end\n`);
    const edited = `${once}192.0.2.7 mine\n`;
    expect(withNetworkNames(edited, [{ ...web, address: "10.88.0.3" }])).toBe(
      `${own}192.0.2.7 mine\n# wb: names on its networks\n10.88.0.3\tweb\n# wb: end\n`,
    );
    expect(withNetworkNames(edited, [])).toBe(`${own}192.0.2.7 mine\n`);
    expect(withNetworkNames(once, [web])).toBe(once);
  });

  test("takes a file with one mark, without an end, or empty", () => {
    expect(withNetworkNames(`${own}# wb: names on its networks\nx`, [])).toBe(`${own}x\n`);
    expect(withNetworkNames("", [web])).toBe("# wb: names on its networks\n10.88.0.2\tweb\n# wb: end\n");
  });
});

describe("containerResolvConf()", () => {
  const HOST =
    "# made by hand\nnameserver 127.0.0.1\nnameserver 192.0.2.53 ; ours\nnameserver 2001:db8::53\nnameserver fe80::1%eth0\ndomain old\nsearch example.com lan\noptions ndots:2\noptions timeout:1\n";

  test("leaves out servers that a container cannot reach", () => {
    expect(formatResolvConf(containerResolvConf(HOST))).toBe(
      "nameserver 192.0.2.53\nsearch example.com lan\noptions ndots:2 timeout:1\n",
    );
    expect(containerResolvConf(HOST, { ipv6: true }).nameservers).toEqual(["192.0.2.53", "2001:db8::53"]);
    expect(containerResolvConf(HOST, { isHostNetwork: true }).nameservers).toHaveLength(4);
  });

  test("takes public ones where none is left, but not in the machine's own network", () => {
    expect(containerResolvConf("nameserver 127.0.0.53\n").nameservers).toEqual(["8.8.8.8", "8.8.4.4"]);
    expect(containerResolvConf("", { ipv6: true }).nameservers).toHaveLength(4);
    expect(containerResolvConf("", { isHostNetwork: true }).nameservers).toEqual([]);
  });

  test("takes what flags say in place of the machine's", () => {
    const given = { dns: ["127.0.0.1"], search: ["."], options: ["rotate"] };
    expect(formatResolvConf(containerResolvConf(HOST, given))).toBe("nameserver 127.0.0.1\noptions rotate\n");
  });
});

test("isResolved() knows systemd-resolved's own file", () => {
  expect(isResolved("nameserver 127.0.0.53\noptions edns0 trust-ad\n")).toBe(true);
  expect(isResolved("nameserver 127.0.0.53\nnameserver 192.0.2.1\n")).toBe(false);
  expect(isResolved("")).toBe(false);
});

test("parseResolvConf() passes over what is none", () => {
  expect(parseResolvConf("nameserver\nnameserver x\nsortlist 1.2.3.4\nsearch\n\t nameserver\t1.1.1.1\n")).toEqual({
    nameservers: ["1.1.1.1"],
    search: [],
    options: [],
  });
});

test("no name of a link has a space, a slash or a control character", () => {
  for (const wrong of ["web\n", "a b", "a/b", "..", "a\u001b[2J", "\u0085", ""])
    expect(() => checkLinkName(wrong)).toThrow(expect.objectContaining({ code: "WB_NET_NAME" }));
});

test("no name, address or option adds a line or a word to /etc/hosts and /etc/resolv.conf", () => {
  for (const wrong of ["web\n10.0.0.1 bank", "web bank", "web\r", "a\tb", "a#b", "a\u001b[2J", "\u0085", ""]) {
    const refused = expect.objectContaining({ code: "WB_NET_VALUE" });
    expect(() => hostsText([{ address: "10.0.0.2", names: ["web", wrong] }])).toThrow(refused);
    expect(() => hostsText([{ address: wrong, names: ["web"] }])).toThrow(refused);
    expect(() => withNetworkNames("", [{ address: "10.0.0.2", names: [wrong] }])).toThrow(refused);
    const conf = { nameservers: ["10.0.0.1"], search: ["example.org"], options: ["ndots:2"] };
    for (const part of ["nameservers", "search", "options"])
      expect(() => formatResolvConf({ ...conf, [part]: [wrong] })).toThrow(refused);
  }
});
