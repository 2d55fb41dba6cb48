import { expect, test } from "vitest";
import { groups, unknownCases } from "../group.ts";

test("unknownCases() names what no case of the chosen engines has", () => {
  expect(unknownCases(["podman"], ["podman run", "ctr run"])).toEqual(["ctr run"]);
  expect(unknownCases(["podman", "containerd"], ["podman run", "ctr run"])).toEqual([]);
});

test("groups have no two cases of one name", () => {
  const names = Object.values(groups).flatMap(({ cases }) => cases.map(({ name }) => name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
