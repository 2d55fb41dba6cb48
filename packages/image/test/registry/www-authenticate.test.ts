import { array, assert, constantFrom, dictionary, property, string, stringMatching } from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "../../src/registry/www-authenticate.ts";

const plain = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test.each([
  ["", []],
  ["Basic", [["basic", {}]]],
  ['Basic realm="a b"', [["basic", { realm: "a b" }]]],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      [
        "bearer",
        {
          realm: "https://auth.docker.io/token",
          service: "registry.docker.io",
          scope: "repository:a/b:pull,push",
        },
      ],
    ],
  ],
  [
    'Negotiate, Basic realm="\\"x\\\\", Bearer REALM=y , service = "z"',
    [
      ["negotiate", {}],
      ["basic", { realm: '"x\\' }],
      ["bearer", { realm: "y", service: "z" }],
    ],
  ],
  [
    "Negotiate YII=, NTLM abc==, Basic realm=1",
    [
      ["negotiate", {}],
      ["ntlm", {}],
      ["basic", { realm: "1" }],
    ],
  ],
  [
    'Bearer realm="not closed, service="x"',
    [
      ["bearer", { realm: "not closed, service=" }],
      ["x", {}],
    ],
  ],
  ["Bearer realm=first,realm=second", [["bearer", { realm: "first" }]]],
  ['realm="of nothing"', []],
  ['"', []],
  ["Bearer realm=,a=b", [["bearer", { a: "b" }]]],
  ['Bearer realm=""', [["bearer", { realm: "" }]]],
])("parseChallenges() reads %j", (header, expected) => {
  expect(plain(header)).toEqual(expected);
});

test("parseChallenges() ends, whatever the header", () => {
  assert(
    property(
      array(constantFrom('"', "\\", "=", ",", " ", "\t", "a", "Basic", "é", "\0", "realm="), { maxLength: 40 }),
      (parts) => {
        expect(parseChallenges(parts.join("")).length).toBeLessThanOrEqual(parts.length);
      },
    ),
  );
  assert(property(string(), (header) => Array.isArray(parseChallenges(header))));
});

test("parseChallenges() reads in good time what repeats", () => {
  const begin = performance.now();
  for (const part of ['"\\', "a=", " ", "a ", "=", ',a="', "a\t\t"]) parseChallenges(part.repeat(16_000));
  expect(performance.now() - begin).toBeLessThan(5000);
});

test("parseChallenges() reads what was written with quotes", () => {
  const token = stringMatching(/^[a-z][a-z\d-]{0,8}$/);
  const parameters = dictionary(token, string(), { minKeys: 1, maxKeys: 5, noNullPrototype: true });
  assert(
    property(array(parameters, { minLength: 1, maxLength: 4 }), (all) => {
      const header = all
        .map((each) => {
          const pairs = Object.entries(each).map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`);
          return `Scheme ${pairs.join(", ")}`;
        })
        .join(", ");
      expect(plain(header)).toEqual(all.map((each) => ["scheme", each]));
    }),
  );
});
