import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { call, ERRNO, ignoring, into, P, run, step, W, __W } from "@wb/syscall";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { readBundle } from "../src/oci/bundle.ts";
import type { Spec } from "../src/oci/spec.ts";
import { createDetached } from "../src/runtime/create-detached.ts";
import { deleteContainer } from "../src/runtime/lifecycle/delete-container.ts";
import { startContainer } from "../src/runtime/lifecycle/start-container.ts";
import { parseExitRecord } from "../src/runtime/supervisor/exit-record.ts";
import { type Bench, ociBench, shell } from "./support/oci.ts";

let bench: Bench;
beforeAll(() => {
  bench = ociBench();
});
afterAll(() => bench[Symbol.dispose]());
leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** Runs a text in a detached container to its end. */
async function ended(text: string, change: Partial<Spec> = {}) {
  const id = `wb-detached-${process.pid}`;
  const root = join(bench.path, "state");
  const directory = mkdtempSync(join(bench.path, "detached-"));
  const bundle = readBundle({ bundle: bench.bundle({ ...shell(text), ...change }), id, warn: () => {} });
  const { record, supervisor } = await createDetached({
    root,
    id,
    bundle: bundle.path,
    config: bundle.config,
    spec: bundle.spec,
    owner: "root",
    warn: () => {},
    supervision: {
      directory,
      log: { directory },
      cleanUp: { argv: ["/bin/true"], env: {} },
    },
  });
  const resident = readFileSync(`/proc/${supervisor}/smaps_rollup`, "utf8");
  await startContainer(root, id);
  await waitFor(() => expect(() => readFileSync(join(directory, "exit"))).not.toThrow());
  await deleteContainer(root, id, { force: true, warn: () => {} });
  // This process does not end as wb does: init does not get its children.
  await waitFor(() => expect(reapNext()).toBe(-ERRNO.ECHILD));
  return {
    record,
    kilobytes: Number(/^Rss:\s+(\d+) kB$/m.exec(resident)?.[1]),
    exit: parseExitRecord(readFileSync(join(directory, "exit"))),
    log: readFileSync(join(directory, "log")).toString("latin1"),
  };
}

/** @returns 0, or -ECHILD when there are no children any more */
function reapNext(): number {
  const anyEnded = call("waitid", P.ALL, 0, null, W.EXITED | W.NOHANG | __W.ALL, null);
  return run([step("reap a child", [into("reaped", ignoring(anyEnded, "ECHILD"))])]).number("reaped");
}

kernel("createDetached() makes a container whose output and end are known when it is over", async () => {
  const { exit, log, kilobytes } = await ended("echo out; echo err >&2; exit 3");
  expect(exit).toMatchObject({ code: 3, signal: null });
  expect(log).toMatch(/out\n.*err\n$/s);
  expect(kilobytes).toBeLessThan(64);
});

kernel("createDetached() makes a container with a terminal", async () => {
  const { process: spec } = shell("tty; stty size; echo over");
  const { exit, log } = await ended("", { process: { ...spec!, terminal: true } });
  expect(exit).toMatchObject({ code: 0 });
  expect(log).toMatch(/\/dev\/pts\/0\r\n.*over\r\n$/s);
});

kernel("createDetached() makes a container with a user namespace", async () => {
  const { linux } = bench.spec;
  const ids = [{ containerID: 0, hostID: 0, size: 100 }];
  const namespaces = [...(linux?.namespaces ?? []), { type: "user" as const }];
  const { exit, log } = await ended("cat /proc/self/uid_map; exit 4", {
    linux: { ...linux, namespaces, uidMappings: ids, gidMappings: ids },
  });
  expect(exit).toMatchObject({ code: 4 });
  expect(log).toMatch(/0 +0 +100\n$/);
});
