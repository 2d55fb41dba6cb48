import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asNobody, busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { defaultSpec } from "../../src/oci/default-spec.ts";
import type { Spec } from "../../src/oci/spec.ts";
import { isAsBefore } from "../support/as-before.ts";
import { wbProgram } from "../support/wb.ts";

const NOBODY = 65534;

/** A bundle of an ordinary user, and a runtime called by that user. */
function rootlessBench(args: readonly string[], change: (spec: Spec) => Spec = (spec) => spec) {
  const directory = temporaryDirectory("wb-rootless-");
  const root = busyboxRoot();
  chmodSync(directory.path, 0o755);
  // A place for /dev/console cannot be made in what is another user's.
  for (const name of ["", "dev", "proc", "sys", "etc", "tmp"]) chownSync(join(root.path, name), NOBODY, NOBODY);
  const state = join(directory.path, "state");
  mkdirSync(state);
  chownSync(state, NOBODY, NOBODY);
  const spec = defaultSpec({ rootless: { uid: NOBODY, gid: NOBODY } });
  const ids = [{ containerID: 0, hostID: NOBODY, size: 1 }];
  const config = change({
    ...spec,
    root: { path: root.path },
    process: { cwd: "/", ...spec.process, terminal: false, args },
    linux: { ...spec.linux, uidMappings: ids, gidMappings: ids },
  });
  writeFileSync(join(directory.path, "config.json"), JSON.stringify(config));
  return {
    call: (...words: readonly string[]) =>
      asNobody([...wbProgram(), "oci", "--root", state, ...words], { cwd: directory.path }),
    /** What a container has as stdio stays open as long as it runs. */
    detached: (id: string) =>
      asNobody(
        [
          "sh",
          "-c",
          'exec "$@" </dev/null >/dev/null 2>&1',
          "sh",
          ...wbProgram(),
          "oci",
          "--root",
          state,
          "run",
          "--detach",
          id,
        ],
        {
          cwd: directory.path,
        },
      ),
    [Symbol.dispose]: () => {
      root[Symbol.dispose]();
      directory[Symbol.dispose]();
    },
  };
}

describe("wb oci of an ordinary user", () => {
  requires(
    "root",
    "userns",
    "command:busybox",
  )("runs what `spec --rootless` writes: as root of its user namespace, in a root of its own", async () => {
    const before = hostState();
    using bench = rootlessBench([
      "sh",
      "-c",
      "id -u; cat /proc/self/uid_map; echo x > /dev/null && test -c /dev/zero && hostname",
    ]);
    const { stdout, stderr, status } = bench.call("run", "one");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout.split(/\s+/).filter(Boolean)).toEqual(["0", "0", `${NOBODY}`, "1", expect.any(String)]);
    await isAsBefore(before);
  });

  requires(
    "root",
    "userns",
    "command:busybox",
  )("creates, starts, enters, kills and deletes without a control group", async () => {
    const before = hostState();
    using bench = rootlessBench(["sleep", "60"]);
    expect(bench.detached("two").status).toBe(0);
    expect(JSON.parse(bench.call("state", "two").stdout)).toMatchObject({ status: "running" });
    expect(bench.call("exec", "two", "id", "-u").stdout).toBe("0\n");
    expect(bench.call("kill", "two", "KILL").status).toBe(0);
    expect(bench.call("delete", "--force", "two").status).toBe(0);
    expect(bench.call("state", "two").stderr).toContain("container does not exist");
    await isAsBefore(before);
  });
});
