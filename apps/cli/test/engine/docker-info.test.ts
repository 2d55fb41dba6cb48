import { expect, test } from "vitest";
import { formatter } from "../../src/engine/format/formatter.ts";
import { dockerInfo } from "../../src/engine/host/docker-info.ts";
import { hostInfo } from "../../src/engine/host/host-info.ts";
import { versionDocument } from "../../src/engine/host/version-document.ts";

test("dockerInfo() counts containers by their states, and has docker's names", () => {
  const host = hostInfo();
  const info = dockerInfo(host, {
    states: ["running", "restarting", "paused", "exited", "created"],
    images: 2,
  });
  const text =
    "{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.OSType}} {{.NCPU}}";
  expect(formatter(text, { missing: "error" })(info)).toBe(`5 2 1 2 linux ${host.cpus}`);
});

test("dockerInfo() warns of what cannot be limited", () => {
  const host = hostInfo();
  const none = { ...host, cgroup: { ...host.cgroup, kind: "none", hierarchies: [] } } as const;
  expect(dockerInfo(none, { states: [], images: 0 }).Warnings).toEqual([
    "WARNING: No memory limit support",
    "WARNING: No swap limit support",
    "WARNING: No cpu cfs period support",
    "WARNING: No cpu cfs quota support",
    "WARNING: No cpu shares support",
    "WARNING: No cpuset support",
    "WARNING: No pids limit support",
  ]);
});

test("versionDocument() has a client and a server of the same version", () => {
  const [client, server] = formatter("{{.Client.Version}} {{.Server.Version}}")(versionDocument()).split(" ");
  expect([client, server]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/), client]);
});
