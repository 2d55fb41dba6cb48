import { isIP } from "node:net";
import { array, assert, constantFrom, ipV4, ipV6, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { ipVersion } from "../src/ip-version.ts";

const part = constantFrom(
  "",
  "0",
  "1",
  "db8",
  "ffff",
  "10000",
  "g",
  "1.2.3.4",
  "256.1.1.1",
  "01.2.3.4",
  "%",
  "%eth0",
  "::",
  ":",
);

test("ipVersion() says of every text what node:net's isIP says", () => {
  const given = [
    "1.2.3.4",
    "1.2.3",
    "1.2.3.4.",
    "::",
    "::1",
    "1::",
    "fe80::1%eth0",
    "fe80::1%",
    "::1.2.3.4",
    "1.2.3.4::",
    "1:2:3:4:5:6:7::",
  ];
  for (const text of given) expect([text, ipVersion(text)]).toEqual([text, isIP(text)]);
  assert(property(oneof(ipV4(), ipV6()), (text) => ipVersion(text) === isIP(text)));
  assert(
    property(array(part, { maxLength: 10 }), constantFrom(":", ""), (parts, between) => {
      const text = parts.join(between);
      expect([text, ipVersion(text)]).toEqual([text, isIP(text)]);
    }),
    { numRuns: 2000 },
  );
});
