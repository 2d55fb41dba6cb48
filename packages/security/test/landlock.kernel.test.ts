import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call, capUserData, capUserHeader, LINUX_CAPABILITY_VERSION_3, pointer, type Program, step } from "@wb/syscall";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { landlockAbi, landlockSteps, noNewPrivs, parseLandlock } from "../src/index.ts";
import { outputOf } from "./command.ts";

const needs = requires("root", "landlock>=1");

function restricted(config: unknown): Program {
  const { ruleset, restrict } = landlockSteps(parseLandlock(JSON.stringify(config)), landlockAbi());
  return [...ruleset, ...restrict];
}

/** What the host's commands need. */
const SYSTEM = { paths: ["/"], allowedAccess: ["read_execute"] };

/** What a script says, and how it ends. */
function tryIt(script: string, setup: Program): Promise<string> {
  return outputOf(["sh", "-c", `{ ${script}; } 2>&1; echo status $?`], setup);
}

needs("landlockAbi() is that of this kernel", () => {
  expect(landlockAbi()).toBeGreaterThan(0);
});

describe("landlockSteps()", () => {
  needs("allows what its rules say, and nothing else, to root", async () => {
    using directory = temporaryDirectory("wb-landlock-");
    const [open, shut] = ["open", "shut"].map((name) => join(directory.path, name));
    for (const path of [open!, shut!]) mkdirSync(path);
    const setup = restricted({
      ruleset: { handledAccessFS: ["execute", "read_file", "read_dir", "write_file", "make_reg", "remove_file"] },
      rules: {
        pathBeneath: [
          SYSTEM,
          { paths: [open], allowedAccess: ["write_file", "make_reg"] },
          { paths: ["/dev/null"], allowedAccess: ["write_file", "read_file"] },
        ],
      },
    });
    expect(await tryIt(`echo a > ${open}/a && cat ${open}/a`, setup)).toBe("a\nstatus 0\n");
    expect(await tryIt(`touch ${shut}/a`, setup)).toMatch(/Permission denied\nstatus 1/u);
    expect(await tryIt(`rm ${open}/a`, setup)).toMatch(/Permission denied\nstatus 1/u);
    expect(await tryIt("echo a > /dev/null", setup)).toBe("status 0\n");
  });

  needs("allows on a file what applies to files, of a list for directories, too", async () => {
    using directory = temporaryDirectory("wb-landlock-");
    const file = join(directory.path, "file");
    writeFileSync(file, "text");
    const rule = { paths: [file], allowedAccess: ["read_execute"] };
    const usr = { paths: ["/usr", "/etc/ld.so.cache", "/dev/null"], allowedAccess: ["read_execute"] };
    const setup = restricted({
      ruleset: { handledAccessFS: ["execute", "read_file", "read_dir"] },
      rules: { pathBeneath: [usr, rule] },
    });
    expect(await tryIt(`cat ${file}; ls ${directory.path}`, setup)).toMatch(/^textls: .*Permission denied\nstatus 2/u);
  });

  needs("executes nothing that no rule allows to be executed", async () => {
    const setup = restricted({ ruleset: { handledAccessFS: ["execute"] } });
    await expect(outputOf(["/usr/bin/true"], setup)).rejects.toMatchObject({ code: "EACCES" });
  });

  requires(
    "root",
    "landlock>=4",
    "command:python3",
  )("allows the ports of its rules", async () => {
    const setup = restricted({
      ruleset: { handledAccessNet: ["bind_tcp"] },
      rules: { netPort: [{ ports: [0], allowedAccess: ["bind_tcp"] }] },
    });
    const bind = (port: number): string => `python3 -c 'import socket; socket.socket().bind(("127.0.0.1", ${port}))'`;
    expect(await tryIt(bind(0), setup)).toBe("status 0\n");
    expect(await tryIt(bind(47_111), setup)).toMatch(/PermissionError.*\nstatus 1/u);
  });

  requires("root", "landlock>=6")("sends no signals outside", async () => {
    const setup = restricted({ ruleset: { scoped: ["signal"] } });
    expect(await tryIt(`kill -0 ${process.pid}`, setup)).toMatch(/not permitted\s+status 1/u);
    expect(await tryIt("kill -0 $$", setup)).toBe("status 0\n");
  });

  needs("fails for a path that is not there, and one through a magic link", async () => {
    const rule = (path: string): Program =>
      restricted({
        ruleset: { handledAccessFS: ["execute"] },
        rules: { pathBeneath: [{ paths: [path], allowedAccess: ["execute"] }] },
      });
    await expect(outputOf(["true"], rule("/no/such/path"))).rejects.toMatchObject({
      code: "ENOENT",
      path: "/no/such/path",
      step: "allow what the Landlock rule for /no/such/path says",
    });
    await expect(outputOf(["true"], rule("/proc/self/root/usr"))).rejects.toMatchObject({ code: "ELOOP" });
  });

  needs("needs no_new_privs or CAP_SYS_ADMIN", async () => {
    const noCapabilities = step("have no capabilities", [
      call("capset", pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3 }), pointer(capUserData, {})),
    ]);
    const setup = restricted({ ruleset: { handledAccessFS: ["make_block"] } });
    await expect(outputOf(["true"], [noCapabilities, ...setup])).rejects.toMatchObject({
      code: "EPERM",
      syscall: "landlock_restrict_self",
      hint: expect.stringContaining("noNewPrivileges") as string,
    });
    expect(await outputOf(["true"], [noCapabilities, noNewPrivs, ...setup])).toBe("");
  });
});
