import { expect, test } from "vitest";
import { addAndDrop, ALL_CAPABILITIES, capabilityMask, DOCKER_CAPABILITIES } from "../src/index.ts";

const docker = DOCKER_CAPABILITIES;
const netAdmin = capabilityMask(["NET_ADMIN"]);
const chown = capabilityMask(["CHOWN"]);

// As moby's TweakCapabilities has it.
test.each([
  { add: [], drop: [], result: docker },
  { add: ["NET_ADMIN"], drop: [], result: docker | netAdmin },
  { add: [], drop: ["cap_chown"], result: docker & ~chown },
  { add: ["CHOWN"], drop: ["CHOWN"], result: docker },
  { add: ["NET_ADMIN"], drop: ["NET_ADMIN"], result: docker | netAdmin },
  { add: ["all"], drop: [], result: ALL_CAPABILITIES },
  { add: ["ALL"], drop: ["CHOWN"], result: ALL_CAPABILITIES & ~chown },
  { add: ["ALL", "CHOWN"], drop: ["CHOWN"], result: ALL_CAPABILITIES & ~chown },
  { add: [], drop: ["ALL"], result: 0n },
  { add: ["NET_ADMIN", "CHOWN"], drop: ["ALL"], result: netAdmin | chown },
  { add: ["CHOWN"], drop: ["ALL", "CHOWN"], result: chown },
  { add: ["ALL"], drop: ["ALL"], result: ALL_CAPABILITIES },
])("addAndDrop() does what docker does with --cap-add $add --cap-drop $drop", ({ add, drop, result }) => {
  expect(addAndDrop(docker, add, drop)).toBe(result);
});

test.each([
  { add: ["NOPE"], drop: [] },
  { add: [], drop: ["NOPE"] },
  { add: ["ALL", "NOPE"], drop: [] },
  { add: [], drop: ["ALL", "NOPE"] },
])("addAndDrop() refuses an unknown name in --cap-add $add --cap-drop $drop", ({ add, drop }) => {
  expect(() => addAndDrop(docker, add, drop)).toThrow('unknown capability "NOPE"');
});
