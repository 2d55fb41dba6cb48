import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bytesOption } from "../../src/engine/options/bytes.ts";
import { cidFile } from "../../src/engine/options/cid-file.ts";
import { parseDeviceRule } from "../../src/engine/options/device-rule.ts";
import { parseDevice } from "../../src/engine/options/device.ts";
import { parseExtraHost } from "../../src/engine/options/extra-host.ts";
import { parseGroupAdd } from "../../src/engine/options/group-add.ts";
import { HEALTH_DEFAULTS, healthCheck, type HealthFlags } from "../../src/engine/options/health.ts";
import { parseKeyValues } from "../../src/engine/options/key-value-file.ts";
import { labelsOf } from "../../src/engine/options/labels.ts";
import { type NamespaceFlag, parseNamespaceMode } from "../../src/engine/options/namespace-mode.ts";
import { signalOption } from "../../src/engine/options/stop-signal.ts";
import { sysctlsOf } from "../../src/engine/options/sysctl.ts";
import { ulimitsOf } from "../../src/engine/options/ulimit.ts";
import { parseVolumesFrom } from "../../src/engine/options/volumes-from.ts";
import type { UserError } from "../../src/user-error.ts";

const userError = (message: string): UserError => expect.objectContaining({ name: "UserError", message }) as UserError;

/** What docker says where it refuses a flag's value. */
function refusal(flag: string, value: string, reason: string): UserError {
  return userError(`invalid argument ${JSON.stringify(value)} for "${flag}" flag: ${reason}`);
}

describe("labelsOf()", () => {
  test("has the flags' over those of files, and the last of a name", () => {
    expect(labelsOf(["a=1", "b", "a=2", "c=d=e", "q='x y'"], ["a=0", "f= "])).toEqual({
      a: "2",
      b: "",
      c: "d=e",
      f: " ",
      q: "'x y'",
    });
  });

  test("has a label of any name, and nothing else", () => {
    expect(Object.entries(labelsOf(["__proto__=1", "toString"]))).toEqual([
      ["__proto__", "1"],
      ["toString", ""],
    ]);
  });

  test.for([
    ["", "invalid label '': empty name"],
    ["=x", "invalid label '=x': empty name"],
    [" =x", "invalid label ' =x': empty name"],
    [" a b=c", "label 'a b' contains whitespaces"],
    ["a\t=c", "label 'a\t' contains whitespaces"],
  ])("refuses %j", ([text, reason]) => {
    expect(() => labelsOf([text!])).toThrow(refusal("-l, --label", text!, reason!));
  });
});

describe("parseKeyValues()", () => {
  const lookup = (name: string): string | undefined => ({ HOME: "/root", EMPTY: "" })[name];
  const parse = (text: string | Buffer, withLookup = true): string[] =>
    parseKeyValues(Buffer.from(text as string), {
      path: "some.env",
      flag: "--env-file",
      ...(withLookup ? { lookup } : {}),
    });

  test.for<[string, string, string[]]>([
    ["nothing", "", []],
    ["comments and empty lines", "# a=1\n\n  # b=2\n\t\na=1\n", ["a=1"]],
    ["blanks before names and behind values", "  a= 1 \n\tb=\t\n", ["a= 1 ", "b=\t"]],
    ["no quotes, no comments behind, no variables", `a="b" # c\nd=$a\ne=x\\ny\n`, [`a="b" # c`, "d=$a", "e=x\\ny"]],
    ["several equals signs", "a=b=c\n", ["a=b=c"]],
    ["names alone", "HOME\nEMPTY\nNOWHERE\nb=1\n", ["HOME=/root", "EMPTY=", "b=1"]],
    ["a byte order mark", "\ufeffa=1\nb=2\n", ["a=1", "b=2"]],
    ["lines of Windows", "a=1\r\n\r\nb=2\r\n", ["a=1", "b=2"]],
    ["a last line that does not end", "a=1\nb=2", ["a=1", "b=2"]],
    ["any character in names", "a-b.c/ä=1\n", ["a-b.c/ä=1"]],
    ["long lines", `a=${"x".repeat(100_000)}\n`, [`a=${"x".repeat(100_000)}`]],
  ])("reads %s", ([, text, pairs]) => {
    expect(parse(text)).toEqual(pairs);
  });

  test("leaves names alone out where nothing tells their values", () => {
    expect(parse("HOME\na=1\n", false)).toEqual(["a=1"]);
  });

  test.for<[string | Buffer, string, number]>([
    ["a=1\n=x\n", "no variable name on line '=x'", 2],
    ["\n\na b=1\n", "variable 'a b' contains whitespaces", 3],
    ["a =1\n", "variable 'a ' contains whitespaces", 1],
    ["a b\n", "variable 'a b' contains whitespaces", 1],
    ["a=1\0\n", "variable 'a' contains a NUL", 1],
    [Buffer.from([0x61, 0x0a, 0xff, 0x3d]), "invalid utf8 bytes at line 2: [255 61]", 2],
  ])("refuses %j", ([text, reason, line]) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: `invalid env file (some.env): ${reason}`,
        hint: `line ${line} of --env-file some.env: NAME=value or NAME is meant, in UTF-8`,
      }) as UserError,
    );
  });
});

describe("ulimitsOf()", () => {
  test("has the last of each name, sorted, with the soft limit for both where one is given", () => {
    expect(ulimitsOf(["nofile=1024:2048", "core=0", "nproc=-1", "nofile=5", "memlock=1:-1", "cpu=-1:-1"])).toEqual([
      { type: "RLIMIT_CORE", soft: 0, hard: 0 },
      { type: "RLIMIT_CPU", soft: -1, hard: -1 },
      { type: "RLIMIT_MEMLOCK", soft: 1, hard: -1 },
      { type: "RLIMIT_NOFILE", soft: 5, hard: 5 },
      { type: "RLIMIT_NPROC", soft: -1, hard: -1 },
    ]);
  });

  test("has numbers that are too large for a double exactly", () => {
    expect(ulimitsOf(["fsize=9223372036854775807"])).toEqual([
      { type: "RLIMIT_FSIZE", soft: 9_223_372_036_854_775_807n, hard: 9_223_372_036_854_775_807n },
    ]);
  });

  test.for([
    ["x", "invalid ulimit argument: x"],
    ["", "invalid ulimit argument: "],
    ["as=1", "invalid ulimit type: as"],
    ["NOFILE=1", "invalid ulimit type: NOFILE"],
    ["nofile=", 'strconv.ParseInt: parsing "": invalid syntax'],
    ["nofile=a", 'strconv.ParseInt: parsing "a": invalid syntax'],
    ["nofile=1:", 'strconv.ParseInt: parsing "": invalid syntax'],
    ["nofile=1k", 'strconv.ParseInt: parsing "1k": invalid syntax'],
    ["nofile=9223372036854775808", 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    ["nofile=5:4", "ulimit soft limit must be less than or equal to hard limit: 5 > 4"],
    ["nofile=-1:5", "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 5"],
    ["nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"],
    ["nofile=-2", "-2 is neither a number from 0 on nor -1"],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => ulimitsOf([text!])).toThrow(refusal("--ulimit", text!, reason!));
  });
});

describe("sysctlsOf()", () => {
  test("has what is a container's own", () => {
    expect(
      sysctlsOf(["net.ipv4.ip_forward=1", "kernel.shmmax=1=2", "fs.mqueue.msg_max=", "net.a=1", "net.a=2"]),
    ).toEqual({
      "net.ipv4.ip_forward": "1",
      "kernel.shmmax": "1=2",
      "fs.mqueue.msg_max": "",
      "net.a": "2",
    });
  });

  test.for([
    "",
    "x",
    "=1",
    "kernel.panic=1",
    "net.ipv4.ip_forward",
    "network=1",
    "kernel.shmmaxx=1",
    "vm.swappiness=1",
  ])("refuses %j", (text) => {
    expect(() => sysctlsOf([text])).toThrow(refusal("--sysctl", text, `sysctl '${text}' is not allowed`));
  });
});

describe("parseDevice()", () => {
  test.for([
    ["/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm"],
    ["/dev/fuse:r", "/dev/fuse", "/dev/fuse", "r"],
    ["/dev/a:/dev/b", "/dev/a", "/dev/b", "rwm"],
    ["/dev/a:/dev/b:mr", "/dev/a", "/dev/b", "mr"],
    ["/dev//a/:/dev/../b", "/dev/a", "/b", "rwm"],
  ])("reads %j", ([text, source, destination, permissions]) => {
    expect(parseDevice(text!)).toEqual({ source, destination, permissions });
  });

  test.for([
    ["", "bad format for path: "],
    [":/dev/a", "bad format for path: :/dev/a"],
    ["a:b:c:d", "bad format for path: a:b:c:d"],
    ["fuse", "fuse is not an absolute path"],
    ["/dev/a:b", "b is not an absolute path"],
    ["/dev/a:", " is not an absolute path"],
    ["/dev/a:rr", "rr is not an absolute path"],
    ["/dev/a:/dev/b:rx", "bad mode specified: rx"],
    ["/dev/a:/dev/b:", "bad mode specified: "],
    ["/dev/a:/dev/b:rwr", "bad mode specified: rwr"],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseDevice(text!)).toThrow(refusal("--device", text!, reason!));
  });
});

describe("parseDeviceRule()", () => {
  test.for([
    ["c 10:229 rwm", { allow: true, type: "c", major: 10, minor: 229, access: "rwm" }],
    ["b 8:* r", { allow: true, type: "b", major: 8, access: "r" }],
    ["a *:* rw", { allow: true, type: "a", access: "rw" }],
  ] as const)("reads %j", ([text, rule]) => {
    expect(parseDeviceRule(text)).toEqual(rule);
  });

  test.for(["", "c", "c 1:2", "d 1:2 r", "c 1:2 x", "c 1 r", "c  1:2 r", "c 1:2 rwmr"])("refuses %j", (text) => {
    const reason = `invalid device cgroup format '${text}'`;
    expect(() => parseDeviceRule(text)).toThrow(refusal("--device-cgroup-rule", text, reason));
  });
});

describe("bytesOption()", () => {
  test("reads sizes as docker does", () => {
    expect(["64m", "1.5g", "100", "1KiB", "2 kb", "0"].map((text) => bytesOption("--shm-size", text))).toEqual([
      67_108_864, 1_610_612_736, 100, 1024, 2048, 0,
    ]);
  });

  test.for([
    ["", "invalid size: ''"],
    ["x", "invalid size: 'x'"],
    ["-1", "invalid size: '-1'"],
    ["1q", "invalid suffix: 'q'"],
    ["1KBB", "invalid suffix: 'kbb'"],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => bytesOption("--shm-size", text!)).toThrow(refusal("--shm-size", text!, reason!));
  });
});

describe("signalOption()", () => {
  test("takes names and numbers", () => {
    expect(
      ["SIGTERM", "term", "15", "Kill", "RTMIN", "SIGRTMIN+3", "RTMAX-1", "64"].map((text) =>
        signalOption("-s, --signal", text),
      ),
    ).toEqual([15, 15, 15, 9, 34, 37, 63, 64]);
  });

  test.for(["", "0", "65", "-1", "NOPE", "1.5"])("refuses %j", (text) => {
    expect(() => signalOption("--stop-signal", text)).toThrow(
      refusal("--stop-signal", text, `invalid signal: ${text}`),
    );
  });
});

describe("healthCheck()", () => {
  const none = { interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 };

  test.for<[HealthFlags, ReturnType<typeof healthCheck>]>([
    [{}, undefined],
    [{ "health-cmd": "", "health-interval": "0", "health-retries": "0" }, undefined],
    [{ "health-cmd": "curl -f localhost" }, { test: ["CMD-SHELL", "curl -f localhost"], ...none }],
    [{ "health-interval": "1m30s" }, { test: [], ...none, interval: 90_000 }],
    [
      {
        "health-cmd": "true",
        "health-interval": "10s",
        "health-timeout": "500ms",
        "health-start-period": "1m",
        "health-start-interval": "2s",
        "health-retries": "5",
      },
      {
        test: ["CMD-SHELL", "true"],
        interval: 10_000,
        timeout: 500,
        startPeriod: 60_000,
        startInterval: 2000,
        retries: 5,
      },
    ],
    [{ "no-healthcheck": true }, { test: ["NONE"], ...none }],
    [
      { "no-healthcheck": false, "health-cmd": "a" },
      { test: ["CMD-SHELL", "a"], ...none },
    ],
  ])("of %j", ([flags, check]) => {
    expect(healthCheck(flags)).toEqual(check);
    expect(Object.keys(HEALTH_DEFAULTS).toSorted()).toEqual(Object.keys(none).toSorted());
  });

  test.for<[HealthFlags, string, string]>([
    [{ "health-interval": "5" }, "5", 'time: missing unit in duration "5"'],
    [{ "health-timeout": "-1s" }, "-1s", "--health-timeout cannot be negative"],
    [{ "health-start-period": "1us" }, "1us", "StartPeriod in Healthcheck cannot be less than 1ms"],
    [{ "health-start-interval": "x" }, "x", 'time: invalid duration "x"'],
    [{ "health-retries": "x" }, "x", 'strconv.ParseInt: parsing "x": invalid syntax'],
    [{ "health-retries": "-1" }, "-1", "--health-retries cannot be negative"],
  ])("refuses %j", ([flags, value, reason]) => {
    expect(() => healthCheck(flags)).toThrow(refusal(`--${Object.keys(flags)[0]}`, value, reason));
  });

  test("refuses a check and none together", () => {
    expect(() => healthCheck({ "no-healthcheck": true, "health-cmd": "a" })).toThrow(
      userError("--no-healthcheck conflicts with --health-* options"),
    );
  });
});

describe("parseExtraHost()", () => {
  test.for([
    ["db:10.0.0.2", "db", "10.0.0.2"],
    ["db=10.0.0.2", "db", "10.0.0.2"],
    ["db:fd00::2", "db", "fd00::2"],
    ["db:[::1]", "db", "::1"],
    ["db=[10.0.0.2]", "db", "10.0.0.2"],
    ["db=::ffff:10.0.0.2", "db", "::ffff:10.0.0.2"],
    ["host.docker.internal:host-gateway", "host.docker.internal", "host-gateway"],
  ])("reads %j", ([text, name, address]) => {
    expect(parseExtraHost(text!)).toEqual({ name, address });
  });

  test.for([
    ["", 'bad format for add-host: ""'],
    ["x", 'bad format for add-host: "x"'],
    [":10.0.0.1", 'bad format for add-host: ":10.0.0.1"'],
    ["a:b=10.0.0.1", 'bad format for add-host: "a:b=10.0.0.1"'],
    ["a:b", 'invalid IP address in add-host: "b"'],
    ["a:", 'invalid IP address in add-host: ""'],
    ["a:10.0.0.256", 'invalid IP address in add-host: "10.0.0.256"'],
    ["a:10.0.0.01", 'invalid IP address in add-host: "10.0.0.01"'],
    ["a:10.0.0", 'invalid IP address in add-host: "10.0.0"'],
    ["a=fe80::1%eth0", 'invalid IP address in add-host: "fe80::1%eth0"'],
    ["a=1:2", 'invalid IP address in add-host: "1:2"'],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseExtraHost(text!)).toThrow(refusal("--add-host", text!, reason!));
  });
});

describe("parseGroupAdd()", () => {
  test("takes names and numbers", () => {
    expect(["video", "44", "0", "a-b.c"].map(parseGroupAdd)).toEqual(["video", 44, 0, "a-b.c"]);
  });

  test.for([
    ["", "Unable to find group "],
    ["a:b", "Unable to find group a:b"],
    ["-1", "gids should be in range 0-4294967294"],
    ["4294967295", "gids should be in range 0-4294967294"],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseGroupAdd(text!)).toThrow(refusal("--group-add", text!, reason!));
  });
});

describe("parseVolumesFrom()", () => {
  test.for([
    ["web", { container: "web", readonly: undefined }],
    ["web:ro", { container: "web", readonly: true }],
    ["web:rw", { container: "web", readonly: false }],
    ["web:z", { container: "web", readonly: undefined }],
    ["web:ro,Z", { container: "web", readonly: true }],
  ] as const)("reads %j", ([text, from]) => {
    expect(parseVolumesFrom(text)).toEqual(from);
  });

  test.for([
    ["", "volumes-from specification cannot be an empty string"],
    [":ro", "volumes-from specification cannot be an empty string"],
    ["web:x", "invalid mode: x"],
    ["web:ro,rw", "invalid mode: ro,rw"],
    ["web:rshared", "invalid mode: rshared"],
    ["web:nocopy", "invalid mode: nocopy"],
  ])("refuses %j: %s", ([text, reason]) => {
    expect(() => parseVolumesFrom(text!)).toThrow(refusal("--volumes-from", text!, reason!));
  });
});

test("cidFile() is a path from the working directory", () => {
  expect([cidFile("/a/b"), cidFile("web.cid")]).toEqual(["/a/b", join(process.cwd(), "web.cid")]);
  expect(() => cidFile("")).toThrow(refusal("--cidfile", "", "a path is meant"));
});

describe("parseNamespaceMode()", () => {
  test.for<[NamespaceFlag, string, ReturnType<typeof parseNamespaceMode>]>([
    ["pid", "", undefined],
    ["pid", "host", { mode: "host" }],
    ["pid", "container:web", { mode: "container", container: "web" }],
    ["ipc", "private", { mode: "private" }],
    ["ipc", "shareable", { mode: "shareable" }],
    ["ipc", "none", { mode: "none" }],
    ["uts", "host", { mode: "host" }],
    ["userns", "host", { mode: "host" }],
    ["cgroupns", "private", { mode: "private" }],
  ])("reads --%s %j", ([flag, text, mode]) => {
    expect(parseNamespaceMode(flag, text)).toEqual(mode);
  });

  test.for<[NamespaceFlag, string, string]>([
    ["pid", "shareable", "--pid: invalid PID mode"],
    ["pid", "container:", "--pid: invalid PID mode"],
    ["pid", "container", "--pid: invalid PID mode"],
    ["ipc", "Host", "--ipc: invalid IPC mode"],
    ["uts", "x", "--uts: invalid UTS mode"],
    ["userns", "x", "--userns: invalid USER mode"],
    ["cgroupns", "x", "--cgroupns: invalid CGROUP mode"],
  ])("refuses --%s %j", ([flag, text, reason]) => {
    expect(() => parseNamespaceMode(flag, text)).toThrow(refusal(`--${flag}`, text, reason));
  });
});
