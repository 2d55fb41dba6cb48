import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateDockerFilter } from "../../../tools/generate/docker-filter.ts";
import {
  ALL_CAPABILITIES,
  capabilityMask,
  compileSeccomp,
  DOCKER_CAPABILITIES,
  dockerFilter,
  type DockerSeccomp,
  dockerSeccomp,
  dockerSeccompProfile,
  type DockerSyscall,
} from "../src/index.ts";
import { evaluate, returned } from "./support/reference-filter.ts";

const ALLOW = returned("SCMP_ACT_ALLOW");

describe("dockerSeccomp()", () => {
  it.each<[rule: Partial<DockerSyscall>, stays: boolean]>([
    [{}, true],
    [{ includes: {}, excludes: {} }, true],
    [{ includes: { caps: ["CAP_CHOWN"] } }, true],
    [{ includes: { caps: ["CAP_CHOWN", "CAP_SYS_ADMIN"] } }, false],
    [{ includes: { caps: ["CAP_OF_TOMORROW"] } }, false],
    [{ includes: { arches: ["arm", "amd64"] } }, true],
    [{ includes: { arches: ["arm64"] } }, false],
    [{ includes: { arches: [], caps: null } }, true],
    [{ includes: { minKernel: "4.8" } }, true],
    [{ includes: { minKernel: "6.18" } }, true],
    [{ includes: { minKernel: "6.19" } }, false],
    [{ includes: { minKernel: "7.0" } }, false],
    [{ includes: { arches: ["amd64"], caps: ["CAP_SYS_ADMIN"] } }, false],
    [{ excludes: { caps: ["CAP_CHOWN", "CAP_SYS_ADMIN"] } }, false],
    [{ excludes: { caps: ["CAP_SYS_ADMIN"] } }, true],
    [{ excludes: { arches: ["amd64"] } }, false],
    [{ excludes: { minKernel: "4.8" } }, false],
    [{ excludes: { minKernel: "6.19" } }, true],
    [{ includes: { arches: ["amd64"] }, excludes: { arches: ["amd64"] } }, false],
  ])("%j: %s", (rule, stays) => {
    const profile: DockerSeccomp = {
      defaultAction: "SCMP_ACT_ERRNO",
      syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ALLOW", comment: "why", ...rule }],
    };
    const oci = dockerSeccomp(profile, { capabilities: capabilityMask(["CHOWN"]), machine: "x64", kernel: "6.18.5-1" });
    expect(oci.syscalls).toEqual(stays ? [{ names: ["mkdir"], action: "SCMP_ACT_ALLOW" }] : []);
  });

  it("takes the architectures that go with the machine's own", () => {
    const of = (machine: "x64" | "arm64"): unknown =>
      dockerSeccomp(dockerSeccompProfile(), { capabilities: 0n, machine }).architectures;
    expect(of("x64")).toEqual(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]);
    expect(of("arm64")).toEqual(["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]);
  });

  it("reads the names of old profiles, and keeps what OCI has, too", () => {
    const profile: DockerSeccomp = {
      defaultAction: "SCMP_ACT_ERRNO",
      defaultErrnoRet: 38,
      architectures: ["SCMP_ARCH_X86_64"],
      flags: ["SECCOMP_FILTER_FLAG_LOG"],
      syscalls: [{ name: "mkdir", action: "SCMP_ACT_ALLOW" }],
    };
    expect(dockerSeccomp(profile, { capabilities: 0n })).toEqual({
      ...profile,
      syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ALLOW" }],
    });
  });

  it.each<[path: string, profile: Partial<DockerSeccomp>]>([
    ["archMap", { architectures: ["SCMP_ARCH_X86"], archMap: [{ architecture: "SCMP_ARCH_X86_64" }] }],
    ["syscalls[0].name", { syscalls: [{ name: "a", names: ["b"], action: "SCMP_ACT_ALLOW" }] }],
    [
      "syscalls[0].includes.minKernel",
      { syscalls: [{ names: ["b"], action: "SCMP_ACT_ALLOW", includes: { minKernel: "new" } }] },
    ],
  ])("refuses what contradicts itself at %s", (path, profile) => {
    expect(() => dockerSeccomp({ defaultAction: "SCMP_ACT_LOG", ...profile }, { capabilities: 0n })).toThrow(
      expect.objectContaining({ code: "WB_SECCOMP_PROFILE", path }),
    );
  });
});

describe("dockerSeccompProfile()", () => {
  it("gives calls to those that have the capability for them", () => {
    const allowed = (capabilities: bigint, name: string, ...args: bigint[]): boolean =>
      evaluate(dockerSeccomp(dockerSeccompProfile(), { capabilities, machine: "x64" }), name, args) === ALLOW;
    for (const name of ["read", "execve", "ptrace", "arch_prctl", "chroot"])
      expect([name, allowed(DOCKER_CAPABILITIES, name)]).toEqual([name, true]);
    for (const name of ["mount", "unshare", "keyctl", "bpf", "reboot", "init_module", "kexec_load", "io_uring_setup"])
      expect([name, allowed(DOCKER_CAPABILITIES, name)]).toEqual([name, false]);
    expect(allowed(capabilityMask(["SYS_ADMIN"]), "mount")).toBe(true);
    expect(allowed(ALL_CAPABILITIES, "kexec_load")).toBe(false);
    // CLONE_NEWUSER, and a thread's flags.
    expect(allowed(DOCKER_CAPABILITIES, "clone", 0x1000_0000n)).toBe(false);
    expect(allowed(DOCKER_CAPABILITIES, "clone", 0x003d_0f00n)).toBe(true);
    const families = Array.from({ length: 50 }, (_, family) => family);
    expect(families.filter((family) => !allowed(DOCKER_CAPABILITIES, "socket", BigInt(family)))).toEqual([
      12, 19, 20, 23, 25, 34, 37, 38, 40, 46, 47, 48, 49,
    ]);
  });
});

describe("dockerFilter()", () => {
  const generated = readFileSync(new URL("../src/seccomp/docker-filter.generated.ts", import.meta.url), "utf8");

  it("has what tools/generate-docker-filter.ts makes of the profile", () => {
    expect(generated).toBe(generateDockerFilter());
  });

  it.each([
    DOCKER_CAPABILITIES,
    capabilityMask(["SYS_CHROOT", "NET_ADMIN"]),
    0n,
    DOCKER_CAPABILITIES | capabilityMask(["SYS_ADMIN"]),
    ALL_CAPABILITIES,
  ])("is what the compiler makes of the profile for %x", (capabilities) => {
    for (const machine of ["x64", "arm64"] as const) {
      const compiled = compileSeccomp(dockerSeccomp(dockerSeccompProfile(), { capabilities, machine }), { machine });
      expect(dockerFilter({ capabilities, machine })).toEqual(compiled);
    }
  });
});
