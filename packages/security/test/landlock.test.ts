import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "@wb/syscall";
import { assert, jsonValue, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { LandlockError, landlockSteps, parseLandlock } from "../src/index.ts";

const READ = ["execute", "read_file", "read_dir"];

describe("parseLandlock()", () => {
  test("writes groups out, and knows every right once", () => {
    const config = parseLandlock(
      JSON.stringify({
        ruleset: { handledAccessFS: ["all", "refer"], handledAccessNet: ["all"], scoped: ["all"] },
        rules: {
          pathBeneath: [{ paths: ["/usr"], allowedAccess: ["read_execute", "execute"] }],
          netPort: [{ ports: [443], allowedAccess: ["connect_tcp"] }],
        },
      }),
    );
    expect(config.ruleset.handledAccessFS).toHaveLength(16);
    expect(config).toMatchObject({
      ruleset: { handledAccessNet: ["bind_tcp", "connect_tcp"], scoped: ["abstract_unix_socket", "signal"] },
      rules: {
        pathBeneath: [{ paths: ["/usr"], allowedAccess: READ }],
        netPort: [{ ports: [443], allowedAccess: ["connect_tcp"] }],
      },
      bestEffort: false,
    });
  });

  test("takes the README's example", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const [, example = ""] = /```json\n(.*?)```/su.exec(readme) ?? [];
    expect(() => landlockSteps(parseLandlock(example), 6)).not.toThrow();
  });

  const fs = { handledAccessFS: ["all"] };
  const beneath = (rule: unknown): unknown => ({ ruleset: fs, rules: { pathBeneath: [rule] } });
  const port = (rule: unknown): unknown => ({ ruleset: { handledAccessNet: ["all"] }, rules: { netPort: [rule] } });

  test.each<[content: unknown, field: string, message: string]>([
    [[], "", "landlock: expected an object with ruleset, rules, bestEffort, not []"],
    [null, "", "landlock: expected an object with ruleset, rules, bestEffort, not null"],
    [{}, "ruleset", "landlock: ruleset: it restricts nothing"],
    [{ fs: [] }, "", 'landlock: unknown field "fs": expected ruleset, rules, bestEffort'],
    [{ ruleset: { scoped: "signal" } }, "ruleset.scoped", 'landlock: ruleset.scoped: expected an array, not "signal"'],
    [
      { ruleset: { scoped: ["signals"] } },
      "ruleset.scoped[0]",
      'landlock: ruleset.scoped[0]: expected one of abstract_unix_socket, signal, all, not "signals"',
    ],
    [
      { ruleset: { handledAccessNet: [1] } },
      "ruleset.handledAccessNet[0]",
      "landlock: ruleset.handledAccessNet[0]: expected one of bind_tcp, connect_tcp, all, not 1",
    ],
    [
      { ruleset: { handledAccessFS: ["toString"] } },
      "ruleset.handledAccessFS[0]",
      "landlock: ruleset.handledAccessFS[0]: expected one of execute, ",
    ],
    [{ ruleset: fs, bestEffort: "yes" }, "bestEffort", 'landlock: bestEffort: expected true or false, not "yes"'],
    [
      beneath({ paths: ["usr"], allowedAccess: READ }),
      "rules.pathBeneath[0].paths[0]",
      'landlock: rules.pathBeneath[0].paths[0]: expected an absolute path in the container, not "usr"',
    ],
    [
      beneath({ paths: [], allowedAccess: READ }),
      "rules.pathBeneath[0].paths",
      "landlock: rules.pathBeneath[0].paths: expected at least one, not []",
    ],
    [
      beneath({ path: "/usr" }),
      "rules.pathBeneath[0]",
      'landlock: rules.pathBeneath[0]: unknown field "path": expected paths, allowedAccess',
    ],
    [
      beneath({ paths: ["/usr"] }),
      "rules.pathBeneath[0].allowedAccess",
      "landlock: rules.pathBeneath[0].allowedAccess: expected an array, not nothing",
    ],
    [
      beneath({ paths: ["/usr"], allowedAccess: [] }),
      "rules.pathBeneath[0].allowedAccess",
      "landlock: rules.pathBeneath[0].allowedAccess: expected at least one right, not []",
    ],
    [
      { ruleset: { handledAccessFS: ["execute"] }, rules: { pathBeneath: [{ paths: ["/"], allowedAccess: READ }] } },
      "rules.pathBeneath[0].allowedAccess",
      "landlock: rules.pathBeneath[0].allowedAccess: read_file, read_dir is not in ruleset.handledAccessFS, so it is not denied",
    ],
    [
      port({ ports: [65_536], allowedAccess: ["bind_tcp"] }),
      "rules.netPort[0].ports[0]",
      "landlock: rules.netPort[0].ports[0]: expected a port, 0 to 65535, not 65536",
    ],
  ])("refuses %j", (content, field, message) => {
    const error = errorOf(() => parseLandlock(JSON.stringify(content)));
    expect(error).toMatchObject({ code: "WB_LANDLOCK", field });
    expect(error.message.slice(0, message.length)).toBe(message);
  });

  test("refuses what is no JSON", () => {
    expect(errorOf(() => parseLandlock("{")).message).toMatch(/^landlock: the annotation is no JSON: /u);
  });

  test("fails with its own error, whatever it is given", () => {
    const parse = (text: string): boolean => {
      try {
        parseLandlock(text);
        return true;
      } catch (error) {
        return error instanceof LandlockError;
      }
    };
    assert(property(string(), parse));
    assert(property(jsonValue(), (json) => parse(JSON.stringify({ ruleset: json, rules: json }))));
  });
});

describe("landlockSteps()", () => {
  const config = parseLandlock(
    JSON.stringify({
      ruleset: { handledAccessFS: ["all"], handledAccessNet: ["all"], scoped: ["signal"] },
      rules: {
        pathBeneath: [{ paths: ["/usr"], allowedAccess: ["read_execute", "truncate"] }],
        netPort: [{ ports: [443], allowedAccess: ["connect_tcp"] }],
      },
    }),
  );

  test("makes the ruleset and its rules, and restricts the process apart from that", () => {
    const { ruleset, restrict } = landlockSteps(config, 6);
    expect(explain([...ruleset, ...restrict])).toMatchInlineSnapshot(`
      "# make a Landlock ruleset
      landlock_create_ruleset({handled_access_fs=0xffff, handled_access_net=0x3, scoped=0x2}, 24, 0) = landlock ruleset

      # allow what the Landlock rule for /usr says
      openat2(AT_FDCWD, "/usr", {flags=O_CLOEXEC|O_PATH, resolve=RESOLVE_NO_MAGICLINKS}, 24) = landlock path
      statx(landlock path, "", AT_EMPTY_PATH, STATX_TYPE, &landlock statx)
      landlock path_beneath = 16397
      if ((landlock statx+28 & 0xf000) == 16384) goto directory
      landlock path_beneath = 16389
      directory:
      landlock path_beneath+8 = landlock path
      landlock_add_rule(landlock ruleset, LANDLOCK_RULE_PATH_BENEATH, &landlock path_beneath, 0)
      close(landlock path)

      # allow what the Landlock rule for port 443 says
      landlock_add_rule(landlock ruleset, LANDLOCK_RULE_NET_PORT, {allowed_access=0x2, port=443}, 0)

      # be restricted by the Landlock ruleset
      landlock_restrict_self(landlock ruleset, 0)
      close(landlock ruleset)
      "
    `);
  });

  test.each([
    [5, "landlock: ruleset.scoped: signal needs ABI 6 of Landlock (Linux 6.12), this kernel has 5"],
    [4, "landlock: ruleset.handledAccessFS: ioctl_dev needs ABI 5 of Landlock (Linux 6.10), this kernel has 4"],
    [1, "landlock: ruleset.handledAccessFS: refer needs ABI 2 of Landlock (Linux 5.19), this kernel has 1"],
    [0, "landlock: this kernel has no Landlock, or it is not switched on"],
  ])("refuses what ABI %i lacks", (abi, message) => {
    const error = errorOf(() => landlockSteps(config, abi));
    expect(error.message).toBe(message);
    expect(error.hint).toContain('"bestEffort": true');
  });

  test.each([
    [3, "handled_access_fs=0x7fff, handled_access_net=0, scoped=0"],
    [1, "handled_access_fs=0x1fff, handled_access_net=0, scoped=0"],
  ])("leaves out what ABI %i lacks, with a best effort", (abi, attributes) => {
    const { ruleset } = landlockSteps({ ...config, bestEffort: true }, abi);
    expect(explain(ruleset)).toContain(`landlock_create_ruleset({${attributes}}, 24, 0)`);
    expect(ruleset.map(({ label }) => label)).not.toContain("allow what the Landlock rule for port 443 says");
  });

  test("does nothing without Landlock, with a best effort", () => {
    expect(landlockSteps({ ...config, bestEffort: true }, 0)).toEqual({ ruleset: [], restrict: [] });
  });
});

function errorOf(act: () => unknown): LandlockError {
  try {
    act();
  } catch (error) {
    if (error instanceof LandlockError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
