import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { detect } from "@wb/cgroup";
import { maskedPaths } from "@wb/security";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { defaultSpec } from "../src/oci/default-spec.ts";
import type { Spec } from "../src/oci/spec.ts";
import { validateSpec } from "../src/oci/validate/validate-spec.ts";
import { specSchema } from "./support/runtime-spec/schema.ts";

const CALLER = { uid: process.geteuid!(), gid: process.getegid!() };

describe.each([
  ["", {}],
  ["--rootless", { rootless: CALLER }],
])("defaultSpec() %s", (flag, options) => {
  test("is a configuration by the specification's schema, and by ours", () => {
    const spec = defaultSpec(options);
    expect(specSchema()(spec)).toEqual([]);
    expect(validateSpec(spec)).toEqual(spec);
  });

  requires("command:runc")("has what `runc spec` writes, but for what is named here", () => {
    const [own, runc] = [defaultSpec(options), runcSpec(flag)];
    expect(own).toEqual({
      ...runc,
      ociVersion: own.ociVersion,
      hostname: "wb",
      process: { ...runc.process, capabilities: { ...runc.process!.capabilities, ambient: undefined } },
      linux: { ...runc.linux, namespaces: expect.anything() as unknown, maskedPaths: expect.anything() as unknown },
    });
    const unified = detect().kind === "unified";
    const rootless = "rootless" in options ? ["cgroup"] : [];
    expect(kinds(defaultSpec({ ...options, unified }))).toEqual([...new Set([...kinds(runc), ...rootless])].toSorted());
    // What docker masks by now.
    expect(own.linux?.maskedPaths).toEqual(expect.arrayContaining([...runc.linux!.maskedPaths!]));
    expect(own.linux?.maskedPaths).toEqual(maskedPaths());
  });
});

function kinds({ linux }: Spec): string[] {
  return linux!.namespaces!.map(({ type }) => type).toSorted();
}

function runcSpec(flag: string): Spec {
  using bundle = temporaryDirectory();
  execFileSync("runc", ["spec", ...(flag === "" ? [] : [flag]), "--bundle", bundle.path]);
  return JSON.parse(readFileSync(join(bundle.path, "config.json"), "utf8")) as Spec;
}
