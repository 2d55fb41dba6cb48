import { expect, test } from "vitest";
import { portLines } from "../../src/engine/columns/port-lines.ts";
import { procTable } from "../../src/engine/top/proc-table.ts";

const PORTS = [
  { privatePort: 443, type: "tcp" },
  { ip: "0.0.0.0", privatePort: 80, publicPort: 8080, type: "tcp" },
  { ip: "::", privatePort: 80, publicPort: 8080, type: "tcp" },
  { ip: "127.0.0.1", privatePort: 53, publicPort: 5353, type: "udp" },
];

test("portLines() has the published ports in order", () => {
  expect(portLines(PORTS, "web")).toEqual([
    "53/udp -> 127.0.0.1:5353",
    "80/tcp -> 0.0.0.0:8080",
    "80/tcp -> [::]:8080",
  ]);
  expect(portLines([], "web")).toEqual([]);
});

test("portLines() has where one port is", () => {
  expect(portLines(PORTS, "web", "80")).toEqual(["0.0.0.0:8080", "[::]:8080"]);
  expect(portLines(PORTS, "web", "53/udp")).toEqual(["127.0.0.1:5353"]);
  expect(() => portLines(PORTS, "web", "53")).toThrow(
    expect.objectContaining({ message: "No public port '53' published for web", hint: "wb port web 53/udp" }),
  );
  expect(() => portLines(PORTS, "web", "443")).toThrow("No public port '443' published for web");
  expect(() => portLines(PORTS, "web", "x")).toThrow('invalid port "x"');
});

test("procTable() shows processes as ps -ef does, and passes over those that have ended", () => {
  const [titles, own = "", ...rest] = procTable([process.pid, 2 ** 22 + 1]).split("\n");
  expect([titles, rest]).toEqual(["UID PID PPID C STIME TTY TIME CMD", [""]]);
  expect(own).toMatch(
    new RegExp(`^${process.getuid?.()} ${process.pid} ${process.ppid} \\d+ \\S+ \\S+ \\d\\d:\\d\\d:\\d\\d \\S*node`),
  );
});
