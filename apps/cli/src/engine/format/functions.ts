import { COMPARISONS } from "./compare.ts";
import { DOCKER_FUNCTIONS, HEADER_FUNCTIONS } from "./docker-functions.ts";
import type { GoFunction } from "./function.ts";
import { isTrue } from "./go-type.ts";
import { INVALID } from "./go-value.ts";
import { MEMBERS } from "./members.ts";
import { PRINTS } from "./print.ts";

/** The result is the argument that decides, or the last one. */
const LOGIC: Readonly<Record<string, GoFunction>> = {
  and: { parameters: ["value"], rest: "value", decides: false, call: (...values) => values.at(-1) ?? INVALID },
  or: { parameters: ["value"], rest: "value", decides: true, call: (...values) => values.at(-1) ?? INVALID },
  not: { parameters: ["value"], call: (value) => ({ kind: "bool", value: !isTrue(value ?? INVALID) }) },
};

/** The functions that a template may call: docker's, and Go's without call, html, js and urlquery. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries({ ...LOGIC, ...COMPARISONS, ...MEMBERS, ...PRINTS, ...DOCKER_FUNCTIONS }),
);

/** Those for the first line of a table. */
export const FUNCTIONS_OF_HEADER: ReadonlyMap<string, GoFunction> = new Map([
  ...FUNCTIONS,
  ...Object.entries(HEADER_FUNCTIONS),
]);
