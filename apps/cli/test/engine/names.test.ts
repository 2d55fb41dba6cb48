import { describe, expect, test } from "vitest";
import { ADJECTIVES } from "../../src/engine/names/adjectives.ts";
import { containerName } from "../../src/engine/names/container-name.ts";
import { findReference } from "../../src/engine/names/find-reference.ts";
import { nameCandidates } from "../../src/engine/names/name-candidates.ts";
import { shortId } from "../../src/engine/names/short-id.ts";
import { SURNAMES } from "../../src/engine/names/surnames.ts";
import type { UserError } from "../../src/user-error.ts";

const ID = "0123456789abcdef".repeat(4);

describe("nameCandidates()", () => {
  test("has a pair of words, five pairs with a digit, and the short id", () => {
    const [first, ...others] = nameCandidates(ID);
    expect(first).toMatch(/^[a-z]+_[a-z]+$/);
    expect(others.slice(0, 5)).toEqual(Array(5).fill(expect.stringMatching(/^[a-z]+_[a-z]+\d$/)));
    expect(others.slice(5)).toEqual(["0123456789ab"]);
  });

  test("has the first and the last of each list", () => {
    expect(nameCandidates(ID, () => 0).next().value).toBe(`${ADJECTIVES[0]}_${SURNAMES[0]}`);
    expect(nameCandidates(ID, () => 1 - 2 ** -53).next().value).toBe(`${ADJECTIVES.at(-1)}_${SURNAMES.at(-1)}`);
  });

  test.for([ADJECTIVES, SURNAMES])("chooses among words that stand once", (words) => {
    expect(words.length).toBeGreaterThan(100);
    expect([...new Set(words)]).toEqual(words);
    for (const word of words) expect(word).toMatch(/^[a-z]+$/);
  });

  test("can call nothing boring_wozniak", () => {
    expect(ADJECTIVES).not.toContain("boring");
  });
});

describe("containerName()", () => {
  test.for([
    ["a", "a"],
    ["web-1.x_Y", "web-1.x_Y"],
    ["/web", "web"],
    ["9", "9"],
    ["a".repeat(255), "a".repeat(255)],
  ])("takes %j", ([text, name]) => {
    expect(containerName(text!)).toBe(name);
  });

  test.for(["", "/", "-a", "_a", ".a", "a/b", "//a", "a b", "a\n", "ä", "a".repeat(256)])("refuses %j", (text) => {
    expect(() => containerName(text)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: `Invalid container name (${text}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      }) as UserError,
    );
  });
});

test.for([
  [ID, "0123456789ab"],
  [`sha256:${ID}`, "0123456789ab"],
  ["abc", "abc"],
])("shortId(%j) is %j", ([id, short]) => {
  expect(shortId(id!)).toBe(short);
});

describe("findReference()", () => {
  const containers = [
    { id: `aaaa${"1".repeat(60)}`, name: "one" },
    { id: `aaab${"2".repeat(60)}`, name: "aaaa" },
    { id: `bbbb${"3".repeat(60)}`, name: `aaaa${"1".repeat(60)}` },
    { id: `cafe${"4".repeat(60)}`, name: "cafes" },
  ];

  test.for([
    [`aaaa${"1".repeat(60)}`, 0, "an id before a name that is the same"],
    ["aaaa", 1, "a name before the beginning of an id"],
    ["/one", 0, "a name as docker's API writes it"],
    ["b", 2, "one digit that is the beginning of one id"],
    ["cafe44", 3, "more digits"],
  ] as const)("finds %j, which is number %i: %s", ([reference, index]) => {
    expect(findReference(reference, containers)).toBe(containers[index]);
  });

  test.for([
    ["aaa", "multiple IDs found with provided prefix: aaa"],
    ["two", "No such container: two"],
    ["CAFE", "No such container: CAFE"],
    ["cafe5", "No such container: cafe5"],
    ["on", "No such container: on"],
    ["", 'invalid name or ID supplied: ""'],
  ])("refuses %j: %s", ([reference, message]) => {
    expect(() => findReference(reference!, containers)).toThrow(
      expect.objectContaining({ name: "UserError", message }) as UserError,
    );
  });
});
