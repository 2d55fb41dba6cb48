import { describe, expect, test } from "vitest";
import type { ContainerInfo } from "../../src/engine/containers/container-info.ts";
import { placesOf } from "../../src/engine/containers/container-places.ts";
import { NEVER_STARTED } from "../../src/engine/containers/stored-state.ts";
import { goJson } from "../../src/engine/format/go-json.ts";
import { goValue } from "../../src/engine/format/go-value.ts";
import { containerDocument } from "../../src/engine/inspect/container-document.ts";
import { inspectText } from "../../src/engine/inspect/inspect-text.ts";
import { runOptions } from "../../src/engine/run-options.ts";
import { dataOf } from "../../src/engine/volumes/volume-places.ts";
import { rfc3339 } from "../../src/engine/words/rfc3339.ts";
import { UserError } from "../../src/user-error.ts";
import { DOCKER_INSPECT_KEYS } from "./support/docker-inspect-keys.ts";

const ID = "5100a29cab2d544f81c6797e7bd472e0f5563968a3121f90a97f634078dfdc87";

const INFO: ContainerInfo = {
  id: ID,
  name: "web",
  places: placesOf(ID),
  config: {
    version: 1,
    created: Date.UTC(2026, 0, 31, 15, 4, 5, 250),
    image: "/srv:O",
    options: runOptions(
      {
        memory: "64m",
        cpus: "0.5",
        env: ["X=1", "NOT_SET_HERE"],
        volume: ["/srv:/data:ro", "logs:/var/log"],
        entrypoint: "/bin/sleep",
        device: ["/dev/fuse:r"],
        "device-cgroup-rule": ["c 1:* rw"],
        ulimit: ["nofile=64:128"],
        sysctl: ["net.ipv4.ip_forward=1"],
        "group-add": ["5", "staff"],
        pid: "host",
        tmpfs: ["/t:size=1m"],
        "cap-add": ["net_admin"],
        "security-opt": ["no-new-privileges", "seccomp=unconfined"],
      },
      ["1000"],
    ),
    labels: { a: "b" },
    restart: { name: "on-failure", maximumRetryCount: 3 },
    autoRemove: false,
    stopSignal: 10,
    stopTimeout: 7,
    health: {
      test: ["CMD-SHELL", "true"],
      interval: 1500,
      timeout: 0,
      startPeriod: 0,
      startInterval: 0,
      retries: 0,
    },
    cidFile: "",
    log: { driver: "json-file", options: {}, maxSize: 1000, maxFile: 2 },
  },
  stored: { ...NEVER_STARTED, startedAt: Date.UTC(2026, 0, 31), finishedAt: 0, restarts: 2 },
  state: "created",
  isRecordLost: false,
  isBeforeStart: false,
  isUnsettled: false,
  isOfOtherBoot: false,
  record: undefined,
  exit: undefined,
};

/** Of which the test knows more than its type. */
interface Document {
  readonly [name: string]: unknown;
  readonly State: unknown;
}

/** As it is read from what is printed. */
function document(change: Partial<ContainerInfo> = {}, size?: { written: number; root: number }): Document {
  return JSON.parse(goJson(goValue(containerDocument({ ...INFO, ...change }, size))));
}

function pathsOf(value: unknown, before = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : pathsOf(value[0], before);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [`${before}${key}`, ...pathsOf(one, `${before}${key}.`)]);
}

describe("containerDocument()", () => {
  test("has all that docker inspect has", () => {
    const there = new Set(pathsOf(document()));
    expect(DOCKER_INSPECT_KEYS.filter((path) => !there.has(path))).toEqual([]);
  });

  test("says what was asked for", () => {
    const { Name, Path, Args, Created, RestartCount, HostConfig, Config, Mounts } = document();
    expect({ Name, Path, Args, Created, RestartCount }).toEqual({
      Name: "/web",
      Path: "/bin/sleep",
      Args: ["1000"],
      Created: "2026-01-31T15:04:05.25Z",
      RestartCount: 2,
    });
    expect(HostConfig).toMatchObject({
      Binds: ["/srv:/data:ro", "logs:/var/log"],
      Devices: [{ PathOnHost: "/dev/fuse", PathInContainer: "/dev/fuse", CgroupPermissions: "r" }],
      DeviceCgroupRules: ["c 1:* rw"],
      Ulimits: [{ Name: "nofile", Hard: 128, Soft: 64 }],
      Sysctls: { "net.ipv4.ip_forward": "1" },
      GroupAdd: ["5", "staff"],
      PidMode: "host",
      CgroupnsMode: "private",
      LogConfig: { Type: "json-file", Config: {} },
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
      Memory: 67_108_864,
      MemorySwap: 134_217_728,
      NanoCpus: 500_000_000,
      CapAdd: ["CAP_NET_ADMIN"],
      CapDrop: null,
      SecurityOpt: ["no-new-privileges", "seccomp=unconfined"],
      Tmpfs: { "/t": "size=1m" },
    });
    expect(Config).toMatchObject({
      Hostname: ID.slice(0, 12),
      Env: ["X=1"],
      Cmd: ["1000"],
      Entrypoint: ["/bin/sleep"],
      Healthcheck: { Test: ["CMD-SHELL", "true"], Interval: 1_500_000_000 },
      Labels: { a: "b" },
      StopSignal: "SIGUSR1",
      StopTimeout: 7,
    });
    expect(Mounts).toEqual([
      { Type: "bind", Source: "/srv", Destination: "/data", Mode: "ro", RW: false, Propagation: "rprivate" },
      {
        Type: "volume",
        Name: "logs",
        Source: dataOf("logs"),
        Destination: "/var/log",
        Driver: "local",
        Mode: "z",
        RW: true,
        Propagation: "",
      },
    ]);
  });

  test("says how it is, and how it was", () => {
    expect(document().State).toMatchObject({ Status: "created", Running: false, Pid: 0, FinishedAt: rfc3339(0) });
    expect(document({ state: "restarting", stored: { ...INFO.stored, exitCode: 3 } }).State).toMatchObject({
      Running: true,
      Restarting: true,
      ExitCode: 3,
    });
    expect(document({ state: "exited", exit: { code: null, signal: 9, at: 1000.5 } }).State).toMatchObject({
      ExitCode: 137,
      FinishedAt: "1970-01-01T00:00:01.0005Z",
    });
    expect(document({ state: "exited", stored: { ...INFO.stored, oomKilled: true } }).State).toMatchObject({
      OOMKilled: true,
    });
  });

  test("has sizes where they were asked for", () => {
    expect(document()).not.toHaveProperty("SizeRw");
    expect(document({}, { written: 5, root: 100 })).toMatchObject({ SizeRw: 5, SizeRootFs: 105 });
  });
});

describe("inspectText()", () => {
  const find = (reference: string): object => {
    if (reference === "none") throw new UserError("No such object: none");
    return { Name: reference, Labels: new Map([["k", "<v>"]]), Empty: [], Nothing: null };
  };
  const shown = (references: readonly string[], format?: string): readonly [string, readonly string[]] => {
    const { text, problems } = inspectText(references, find, format);
    return [text, problems.map(({ message }) => message)];
  };

  test("prints an array of what was found, and tells what was not", () => {
    expect(shown(["none"])).toEqual(["[]\n", ["No such object: none"]]);
    expect(shown(["a"])[0]).toBe(
      '[\n    {\n        "Name": "a",\n        "Labels": {\n            "k": "<v>"\n        },\n        "Empty": [],\n        "Nothing": null\n    }\n]\n',
    );
    expect(shown(["a", "none", "b"], "json")).toEqual([
      '[{"Name":"a","Labels":{"k":"<v>"},"Empty":[],"Nothing":null},{"Name":"b","Labels":{"k":"<v>"},"Empty":[],"Nothing":null}]\n',
      ["No such object: none"],
    ]);
  });

  test("prints each by a template, and a line at least", () => {
    expect(shown(["a", "none", "b"], "{{.Name}} {{.Labels.k}}{{.Labels.other}}")).toEqual([
      "a <v><no value>\nb <v><no value>\n",
      ["No such object: none"],
    ]);
    expect(shown(["none"], "{{.Name}}")[0]).toBe("\n");
    const [text, [problem]] = shown(["a"], "{{.Nix}}");
    expect([text, problem]).toEqual(["\n", expect.stringContaining('map has no entry for key "Nix"')]);
  });

  test("refuses what is no template before it looks for anything", () => {
    expect(() => shown(["none"], "{{")).toThrow(expect.objectContaining({ exitStatus: 64 }));
  });
});

test.for([
  [0, "0001-01-01T00:00:00Z"],
  [1000, "1970-01-01T00:00:01Z"],
  [1000.123, "1970-01-01T00:00:01.000123Z"],
  [1250, "1970-01-01T00:00:01.25Z"],
] as const)("rfc3339() has %d as docker does: %s", ([time, text]) => {
  expect(rfc3339(time)).toBe(text);
});
