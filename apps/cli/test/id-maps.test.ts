import { expect, test } from "vitest";
import { mapLines } from "../src/in-place/id-maps.ts";

/** What unshare(1) of util-linux 2.38 wrote to uid_map, as uid 0, with a range of 10 from 200000 on. */
test.for([
  { single: undefined, inside: 0, lines: ["0 200000 10"] },
  { single: 0, inside: 0, lines: ["0 0 1", "1 200000 9"] },
  { single: 3, inside: 0, lines: ["3 0 1", "0 200000 3", "4 200003 6"] },
  { single: 9, inside: 0, lines: ["9 0 1", "0 200000 9"] },
  { single: 3, inside: 5, lines: ["3 0 1", "5 200000 10"] },
  { single: 20, inside: 5, lines: ["20 0 1", "5 200000 10"] },
])("mapLines() makes room for $single in a range from $inside on", ({ single, inside, lines }) => {
  const maps = mapLines({ single, ranges: [{ inside, outside: 200_000, count: 10 }] }, 0);
  expect(maps.map((map) => `${map.inside} ${map.outside} ${map.count}`)).toEqual(lines);
});
