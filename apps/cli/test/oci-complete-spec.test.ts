import { describe, expect, test } from "vitest";
import { completeProcess, completeSpec } from "../src/oci/complete-spec.ts";
import { UserError } from "../src/user-error.ts";

const SPEC = { ociVersion: "1.2.0", root: { path: "rootfs" }, process: { cwd: "/", args: ["sh"] } };
const DEFAULTS = { cgroupsPath: "/c1" };

describe("completeSpec()", () => {
  test("gives root without capabilities, in the caller's namespaces, where nothing else is said", () => {
    expect(completeSpec(SPEC, DEFAULTS)).toEqual({
      ...SPEC,
      process: { ...SPEC.process, user: { uid: 0, gid: 0 }, env: [], capabilities: {} },
      mounts: [],
      linux: { namespaces: [], cgroupsPath: "/c1", resources: {}, maskedPaths: [], readonlyPaths: [] },
    });
  });

  test("changes nothing of what is said", () => {
    const user = { uid: 1, gid: 2, umask: 0o77, additionalGids: [3] };
    const capabilities = { bounding: ["CAP_CHOWN"] };
    const linux = { namespaces: [{ type: "pid" as const }], cgroupsPath: "/other", maskedPaths: ["/proc/kcore"] };
    const process = { ...SPEC.process, user, env: ["A=b"], capabilities, noNewPrivileges: true };
    const mounts = [{ destination: "/proc", type: "proc" }];
    const full = { ...SPEC, hostname: "h", process, mounts, linux };
    expect(completeSpec(full, DEFAULTS)).toEqual({
      ...full,
      linux: { resources: {}, readonlyPaths: [], ...linux },
    });
  });

  test("maps root of a new user namespace to the caller where no ids are given", () => {
    const linux = { namespaces: [{ type: "user" as const }] };
    expect(completeSpec({ ...SPEC, linux }, DEFAULTS).linux).toMatchObject({
      uidMappings: [{ containerID: 0, hostID: process.geteuid!(), size: 1 }],
      gidMappings: [{ containerID: 0, hostID: process.getegid!(), size: 1 }],
    });
  });

  test("has nothing to run where there is no process", () => {
    const { process: _process, ...spec } = SPEC;
    expect(completeSpec(spec, DEFAULTS)).toMatchObject({ isIdle: true, process: { cwd: "/", user: { uid: 0 } } });
  });

  test.each([
    ["root", { ...SPEC, root: undefined }],
    ["process.args", { ...SPEC, process: { cwd: "/" } }],
    ["process.args", { ...SPEC, process: { cwd: "/", args: [] } }],
  ])("refuses a configuration without %s", (path, { root, process, ociVersion }) => {
    const spec = { ociVersion, process, ...(root && { root }) };
    expect(() => completeSpec(spec, DEFAULTS)).toThrow(UserError);
    expect(() => completeSpec(spec, DEFAULTS)).toThrow(`config.json: ${path}: missing`);
  });
});

test("completeProcess() gives a process that exec starts the same defaults", () => {
  expect(completeProcess(SPEC.process)).toEqual(completeSpec(SPEC, DEFAULTS).process);
});
