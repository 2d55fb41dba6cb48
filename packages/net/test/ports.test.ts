import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NetError, parseExpose, parsePublish, portHolders } from "../src/index.ts";

const one = (first: number, last: number = first) => ({ first, last });

function outcomeOf(text: string): unknown {
  try {
    return parsePublish(text).every(({ containerPort }) => containerPort > 0) ? "known" : "no port";
  } catch (error) {
    return error instanceof NetError && error.code === "WB_NET_VALUE" ? "known" : error;
  }
}

describe("parsePublish()", () => {
  test.each([
    ["80", undefined, undefined, 80, "tcp"],
    ["8080:80", undefined, one(8080), 80, "tcp"],
    ["8080:80/udp", undefined, one(8080), 80, "udp"],
    ["8080:80/SCTP", undefined, one(8080), 80, "sctp"],
    ["127.0.0.1:8080:80", "127.0.0.1", one(8080), 80, "tcp"],
    ["127.0.0.1::80", "127.0.0.1", undefined, 80, "tcp"],
    [":8080:80", undefined, one(8080), 80, "tcp"],
    ["[::1]:8080:80", "::1", one(8080), 80, "tcp"],
    ["::1:8080:80", "::1", one(8080), 80, "tcp"],
    ["[2001:db8::1]::80/udp", "2001:db8::1", undefined, 80, "udp"],
    ["8000-8010:80", undefined, one(8000, 8010), 80, "tcp"],
  ])("%s", (text, hostAddress, hostPorts, containerPort, protocol) => {
    expect(parsePublish(text)).toEqual([{ hostAddress, hostPorts, containerPort, protocol }]);
  });

  test("a range is one row for each port", () => {
    expect(parsePublish("8000-8002:80-82").map(({ hostPorts, containerPort }) => [hostPorts, containerPort])).toEqual([
      [one(8000), 80],
      [one(8001), 81],
      [one(8002), 82],
    ]);
    expect(parsePublish("80-81").map(({ hostPorts, containerPort }) => [hostPorts, containerPort])).toEqual([
      [undefined, 80],
      [undefined, 81],
    ]);
  });

  test.each([
    ["", "no port specified: <empty>"],
    ["8080:", "no port specified: 8080:<empty>"],
    ["8080:http", "invalid containerPort: http"],
    ["8080:0", "invalid containerPort: 0"],
    ["8080:65536", "invalid containerPort: 65536"],
    ["x:80", "invalid hostPort: x"],
    ["8010-8000:80", "invalid hostPort: 8010-8000"],
    ["1-2-3:80", "invalid hostPort: 1-2-3"],
    ["8080:80/icmp", "invalid proto: icmp"],
    ["localhost:8080:80", "invalid IP address: localhost"],
    ["8000-8001:80-82", "invalid ranges specified for container and host Ports: 80-82 and 8000-8001"],
  ])("refuses %j", (text, message) => {
    expect(() => parsePublish(text)).toThrow(message);
  });

  test("never fails in another way", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("0189:-[]/.tcpud")) }), (text) => {
        expect(outcomeOf(text)).toBe("known");
      }),
    );
  });
});

test("parseExpose() reads ports, and refuses what -p is for", () => {
  expect(parseExpose("80-81/udp")).toEqual([
    { port: 80, protocol: "udp" },
    { port: 81, protocol: "udp" },
  ]);
  expect(() => parseExpose("8080:80")).toThrow("invalid port format for --expose: 8080:80");
});

test("portHolders() names the process that has a port", async () => {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const self = { pid: process.pid, comm: expect.any(String) };
  expect(portHolders(port, "tcp")).toEqual([{ address: "127.0.0.1", port, protocol: "tcp", ...self }]);
  const socket = createSocket("udp6");
  socket.bind(0, "::1");
  await once(socket, "listening");
  const udp = socket.address().port;
  expect(portHolders(udp, "udp")).toEqual([{ address: "::1", port: udp, protocol: "udp", ...self }]);
  socket.close();
  expect(portHolders(1, "tcp")).toEqual([]);
});
