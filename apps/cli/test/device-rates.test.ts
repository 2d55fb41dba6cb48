import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RUN_FLAGS } from "../src/commands/run-flags.ts";
import { runOptions } from "../src/engine/run-options.ts";
import { parseFlags } from "../src/flags.ts";
import type { BlockIoResources } from "../src/oci/resources.ts";

const disks = existsSync("/sys/block") ? readdirSync("/sys/block") : [];
const disk = disks.find((name) => existsSync(`/dev/${name}`));

function blockIO(...args: string[]): BlockIoResources | undefined {
  const { flags, words } = parseFlags("run", RUN_FLAGS, [...args, "sh"]);
  return runOptions(flags, words).blockIO;
}

describe.skipIf(disk === undefined)("limits of a disk", () => {
  const [major, minor] =
    disk === undefined ? [] : readFileSync(`/sys/block/${disk}/dev`, "utf8").split(":").map(Number);

  test("are by its number, in bytes and operations in a second", () => {
    const options = [`--device-read-bps=/dev/${disk}:1mb`, `--device-write-bps=/dev/${disk}:512k`];
    const counts = [`--device-read-iops=/dev/${disk}:100`, `--device-write-iops=/dev/${disk}:0`];
    expect(blockIO(...options, ...counts, `--blkio-weight-device=/dev/${disk}:200`, "--blkio-weight=10")).toEqual({
      weight: 10,
      weightDevice: [{ major, minor, weight: 200 }],
      throttleReadBpsDevice: [{ major, minor, rate: 1_048_576 }],
      throttleWriteBpsDevice: [{ major, minor, rate: 524_288 }],
      throttleReadIOPSDevice: [{ major, minor, rate: 100 }],
      throttleWriteIOPSDevice: [{ major, minor, rate: 0 }],
    });
  });
});
