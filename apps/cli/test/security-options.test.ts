import { writeFileSync } from "node:fs";
import { compileSeccomp, DOCKER_CAPABILITIES } from "@wb/security";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { seccompFilter, securityOptions } from "../src/engine/security-options.ts";

const container = { capabilities: DOCKER_CAPABILITIES, privileged: false };

describe("securityOptions()", () => {
  test("takes docker's words, and the later of two", () => {
    expect(securityOptions([])).toEqual({ seccomp: "builtin", noNewPrivileges: false, apparmor: undefined });
    expect(securityOptions(["seccomp=unconfined", "no-new-privileges", "apparmor:web"])).toEqual({
      seccomp: "unconfined",
      noNewPrivileges: true,
      apparmor: "web",
    });
    expect(securityOptions(["no-new-privileges:true", "no-new-privileges=false", "seccomp=a.json"])).toMatchObject({
      seccomp: { file: "a.json" },
      noNewPrivileges: false,
    });
  });

  test.for(["seccomp", "seccomp=", "label=disable", "no-new-privileges=maybe", "", "constructor=1"])(
    "refuses %j",
    (word) => {
      expect(() => securityOptions([word])).toThrow(`invalid argument ${JSON.stringify(word)} for --security-opt`);
    },
  );
});

describe("seccompFilter()", () => {
  test("gives docker's filter, and none to a privileged container or where it is asked for", () => {
    expect(seccompFilter(securityOptions([]), container)?.program.length).toBeGreaterThan(1000);
    expect(seccompFilter(securityOptions([]), { ...container, privileged: true })).toBeUndefined();
    expect(seccompFilter(securityOptions(["seccomp=unconfined"]), container)).toBeUndefined();
  });

  test("reads a profile in docker's format", () => {
    using directory = temporaryDirectory();
    const file = `${directory.path}/profile.json`;
    writeFileSync(
      file,
      JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ name: "mkdir", action: "SCMP_ACT_ERRNO" }] }),
    );
    const filter = seccompFilter(securityOptions([`seccomp=${file}`]), { ...container, privileged: true });
    expect(filter).toEqual(
      compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }] }),
    );
  });

  test.for(["[1]", "null", "{", '{"defaultAction":"SCMP_ACT_NOTIFY"}', '{"defaultAction":"SCMP_ACT_MAYBE"}'])(
    "refuses a file with %s",
    (text) => {
      using directory = temporaryDirectory();
      const file = `${directory.path}/profile.json`;
      writeFileSync(file, text);
      const choose = () => seccompFilter(securityOptions([`seccomp=${file}`]), container);
      expect(choose).toThrow(`--security-opt seccomp=${file}: `);
    },
  );

  test("refuses a file that is missing", () => {
    expect(() => seccompFilter(securityOptions(["seccomp=/no/such"]), container)).toThrow("ENOENT");
  });
});
