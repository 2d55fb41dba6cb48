import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { nodeOptions, temporaryDirectory } from "@wb/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allocate,
  contains,
  formatAddress,
  formatSubnet,
  freeSubnet,
  gatewayOf,
  leases,
  NetError,
  overlaps,
  parseAddress,
  parseSubnet,
  planPool,
  randomSubnet6,
  reclaim,
  release,
} from "../src/index.ts";

const SMALL = { subnet: "10.88.0.0/29" };

/** Until no address is left. */
function all(directory: string, options: Parameters<typeof allocate>[1] = SMALL): string[] {
  const found: string[] = [];
  for (;;) {
    try {
      found.push(allocate(directory, options, `owner ${found.length}`));
    } catch (error) {
      if (error instanceof NetError && error.code === "WB_NET_POOL") return found;
      throw error;
    }
  }
}

describe("allocate()", () => {
  test("gives each address once, and never the network's, its broadcast's, the gateway's or a reserved one", () => {
    using directory = temporaryDirectory();
    const pool = { ...SMALL, reserved: ["10.88.0.4"] };
    expect(all(directory.path, pool)).toEqual(["10.88.0.2", "10.88.0.3", "10.88.0.5", "10.88.0.6"]);
    expect(() => allocate(directory.path, pool, "one more")).toThrow(
      "no available IPv4 addresses on this network's address pools: 10.88.0.0/29",
    );
  });

  test("gives one that was released as late as possible", () => {
    using directory = temporaryDirectory();
    expect(allocate(directory.path, SMALL, "a")).toBe("10.88.0.2");
    release(directory.path, "10.88.0.2");
    expect([1, 2, 3, 4, 5].map((n) => allocate(directory.path, SMALL, `b${n}`))).toEqual([
      "10.88.0.3",
      "10.88.0.4",
      "10.88.0.5",
      "10.88.0.6",
      "10.88.0.2",
    ]);
  });

  test("gives the one that is asked for, if nobody has it", () => {
    using directory = temporaryDirectory();
    expect(allocate(directory.path, SMALL, "web", { address: "10.88.0.5" })).toBe("10.88.0.5");
    const refused = (address: string) => () => allocate(directory.path, SMALL, "other", { address });
    expect(refused("10.88.0.5")).toThrow("Address already in use: 10.88.0.5 is the address of web");
    expect(refused("10.88.0.1")).toThrow("10.88.0.1 is the network's own, or reserved");
    expect(refused("10.88.0.8")).toThrow("10.88.0.8 is not of the network 10.88.0.0/29");
    expect(refused("fd00::1")).toThrow("fd00::1 is not of the network");
    expect(refused("10.88.0")).toThrow('no IP address: "10.88.0"');
    expect(leases(directory.path)).toEqual(new Map([["10.88.0.5", "web"]]));
  });

  test("takes addresses from a range, also outside of which one may be asked for", () => {
    using directory = temporaryDirectory();
    const pool = { subnet: "10.88.0.0/24", range: "10.88.0.128/31", gateway: "10.88.0.254" };
    expect(all(directory.path, pool)).toEqual(["10.88.0.128", "10.88.0.129"]);
    expect(allocate(directory.path, pool, "web", { address: "10.88.0.1" })).toBe("10.88.0.1");
  });

  test.each([
    ["10.0.0.0/30", "10.0.0.1/30", ["10.0.0.2"]],
    ["10.0.0.0/31", "10.0.0.0/31", ["10.0.0.1"]],
    ["10.0.0.0/32", "10.0.0.0/32", []],
    ["fd00::/126", "fd00::1/126", ["fd00::2", "fd00::3"]],
    ["fd00::/127", "fd00::/127", ["fd00::1"]],
    ["fd00::/128", "fd00::/128", []],
  ])("knows what %s has", (subnet, gateway, addresses) => {
    using directory = temporaryDirectory();
    expect([gatewayOf(planPool({ subnet })), all(directory.path, { subnet })]).toEqual([gateway, addresses]);
  });

  test("finds one in a network of IPv6 at once", () => {
    using directory = temporaryDirectory();
    expect(allocate(directory.path, { subnet: "fd00:88::/64" }, "web")).toBe("fd00:88::2");
  });

  test("gives no address twice, and loses none, when many processes ask at once", async () => {
    using directory = temporaryDirectory();
    const pool = join(directory.path, "pool");
    const script = join(import.meta.dirname, "support/allocate.ts");
    const children = Array.from({ length: 8 }, (_, n) =>
      spawn(process.execPath, [...nodeOptions, script, pool, "10.88.0.0/16", `p${n}`, "25"], {
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    const texts = await Promise.all(
      children.map(async (child) => {
        let text = "";
        child.stdout.on("data", (data: Buffer) => (text += data.toString()));
        await once(child, "close");
        return text;
      }),
    );
    const given = texts.join("").trim().split("\n");
    expect([given.length, new Set(given).size, leases(pool).size]).toEqual([200, 200, 200]);
    expect(leases(pool).get(given[0]!)).toBe("p0-0");
  });

  test("goes on where another one was killed, and where files are damaged", () => {
    using directory = temporaryDirectory();
    allocate(directory.path, SMALL, "a");
    writeFileSync(join(directory.path, ".new"), "half");
    writeFileSync(join(directory.path, "last"), "nothing");
    writeFileSync(join(directory.path, "10.88.0.3"), "");
    mkdirSync(join(directory.path, "other"));
    expect(allocate(directory.path, SMALL, "b")).toBe("10.88.0.4");
    expect(Object.fromEntries(leases(directory.path))).toEqual({ "10.88.0.2": "a", "10.88.0.3": "", "10.88.0.4": "b" });
    expect(reclaim(directory.path, (owner) => owner !== "b").toSorted()).toEqual(["10.88.0.2", "10.88.0.3"]);
    expect([...leases(directory.path).keys()]).toEqual(["10.88.0.4"]);
  });
});

test("release() takes an address from its owner alone, where one is named, and leaves no directory where there is none", () => {
  using directory = temporaryDirectory();
  const pool = join(directory.path, "pool");
  release(pool, "10.88.0.2");
  expect([leases(pool).size, reclaim(pool, () => true), readdirSync(directory.path)]).toEqual([0, [], []]);
  allocate(pool, SMALL, "a");
  release(pool, "10.88.0.2", "b");
  expect(leases(pool).size).toBe(1);
  release(pool, "10.88.0.2", "a");
  release(pool, "10.88.0.2");
  expect(leases(pool).size).toBe(0);
});

describe("planPool() refuses", () => {
  test.each([
    [{ subnet: "10.88.0.1/16" }, 'no network: "10.88.0.1/16"'],
    [{ subnet: "10.88.0.0" }, 'no network: "10.88.0.0"'],
    [{ subnet: "10.88.0.0/33" }, "no address with a prefix length"],
    [{ subnet: "10.88.0.0/16", range: "10.89.0.0/24" }, "10.89.0.0/24 is not of the network 10.88.0.0/16"],
    [{ subnet: "10.88.0.0/16", gateway: "10.89.0.1" }, "10.89.0.1 is not of the network"],
    [{ subnet: "10.88.0.0/16", gateway: "10.88.0.0" }, "the gateway 10.88.0.0 is the network's own address"],
    [{ subnet: "10.88.0.0/16", reserved: ["fd00::1"] }, "fd00::1 is not of the network"],
  ])("%j", (options, message) => {
    expect(() => planPool(options)).toThrow(message);
  });
});

test("freeSubnet() takes the first of docker's pools that nothing overlaps", () => {
  expect(freeSubnet([])).toBe("172.17.0.0/16");
  expect(freeSubnet(["172.17.0.0/16", "172.18.5.0/24", "fd00::/8"])).toBe("172.19.0.0/16");
  expect(freeSubnet(["172.16.0.0/12"])).toBe("192.168.0.0/20");
  expect(() => freeSubnet(["0.0.0.0/0"])).toThrow("all predefined address pools have been fully subnetted");
});

test("randomSubnet6() is a unique local network", () => {
  for (let n = 0; n < 100; n++) {
    const subnet = parseSubnet(randomSubnet6());
    expect([contains(parseSubnet("fd00::/8"), subnet), subnet.length]).toEqual([true, 64]);
  }
});

describe("the arithmetic of addresses", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());

  test("reads what it writes", () => {
    fc.assert(
      fc.property(address, (text) => {
        const { version, number } = parseAddress(text);
        expect(parseAddress(formatAddress(version, number))).toEqual({ version, number });
      }),
    );
  });

  test("knows what a network has as Node does", () => {
    const pair = fc.record({ base: fc.ipV4(), length: fc.integer({ min: 0, max: 32 }), other: fc.ipV4() });
    fc.assert(
      fc.property(pair, ({ base, length, other }) => {
        const size = 1n << BigInt(32 - length);
        const { number } = parseAddress(base);
        const subnet = parseSubnet(`${formatAddress(4, number - (number % size))}/${length}`);
        const list = new BlockList();
        list.addSubnet(base, length);
        const point = parseSubnet(`${other}/32`);
        const has = list.check(other);
        expect([contains(subnet, point), overlaps(subnet, point), overlaps(point, subnet)]).toEqual([has, has, has]);
        expect(parseSubnet(formatSubnet(subnet))).toEqual(subnet);
      }),
    );
  });
});
