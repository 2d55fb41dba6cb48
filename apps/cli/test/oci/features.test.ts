import { spawnSync } from "node:child_process";
import { parseMountOptions } from "@wb/rootfs";
import { requires } from "@wb/testing";
import { expect, test } from "vitest";
import { featuresDocument } from "../../src/oci/features-document.ts";

interface Features {
  readonly hooks: readonly string[];
  readonly mountOptions: readonly string[];
  readonly linux: {
    readonly namespaces: readonly string[];
    readonly capabilities: readonly string[];
    readonly seccomp: Readonly<Record<string, unknown>>;
    readonly memoryPolicy: { readonly modes: readonly string[] };
  };
}

test("featuresDocument() names no mount option that is passed on to a file system", () => {
  const { mountOptions } = featuresDocument() as Features;
  expect(parseMountOptions(mountOptions).data).toEqual([]);
  expect((featuresDocument() as Features).linux.memoryPolicy.modes).toContain("MPOL_INTERLEAVE");
});

requires("command:runc")("featuresDocument() has all that runc's document has", () => {
  const theirs = JSON.parse(spawnSync("runc", ["features"], { encoding: "utf8" }).stdout) as Features;
  const ours = featuresDocument() as Features;
  expect(ours.hooks).toEqual(theirs.hooks);
  expect(ours.mountOptions).toEqual(expect.arrayContaining([...theirs.mountOptions]));
  expect(ours.linux.namespaces).toEqual(expect.arrayContaining([...theirs.linux.namespaces]));
  expect(ours.linux.capabilities).toEqual(theirs.linux.capabilities);
  for (const list of ["actions", "operators", "archs"])
    expect(ours.linux.seccomp[list]).toEqual(expect.arrayContaining(theirs.linux.seccomp[list] as string[]));
});
