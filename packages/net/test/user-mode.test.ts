import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, it } from "vitest";
import {
  hostForward,
  pastaCommand,
  preferredUserMode,
  slirp4netnsCommand,
  stopUserMode,
  userModePath,
} from "../src/index.ts";

const PORT = { address: "", port: 8080, containerPort: 80, protocol: "tcp" } as const;

describe("pastaCommand()", () => {
  it("lets no port through that is not published, in either direction", () => {
    const command = pastaCommand({ pid: 7, pidFile: "/run/pid", ports: [] });
    expect(command).toEqual(
      expect.arrayContaining(["--tcp-ports=none", "--udp-ports=none", "--tcp-ns=none", "--udp-ns=none", "--no-map-gw"]),
    );
    expect(command.slice(-2)).toEqual(["--userns=/proc/7/ns/user", "--netns=/proc/7/ns/net"]);
  });

  it("has addresses without brackets before ports", () => {
    const ports = [
      PORT,
      { ...PORT, address: "::1", port: 81 },
      { ...PORT, address: "127.0.0.1", protocol: "udp" },
    ] as const;
    const words = pastaCommand({ pid: 7, pidFile: "/run/pid", ports }).filter((word) => /-ports=/.test(word));
    expect(words).toEqual(["--tcp-ports=8080:80", "--tcp-ports=::1/81:80", "--udp-ports=127.0.0.1/8080:80"]);
  });

  it("refuses sctp", () => {
    const ports = [{ ...PORT, protocol: "sctp" }] as const;
    expect(() => pastaCommand({ pid: 7, pidFile: "/run/pid", ports })).toThrow("pasta publishes no port of sctp: 8080");
  });
});

describe("slirp4netnsCommand()", () => {
  it("keeps this machine's loopback out", () => {
    const command = slirp4netnsCommand({ pid: 7, readyFd: 20, exitFd: 21, apiSocket: "api" });
    expect(command).toEqual(expect.arrayContaining(["--disable-host-loopback", "--ready-fd=20", "--exit-fd=21"]));
    expect(command.slice(-2)).toEqual(["7", "eth0"]);
  });

  it("is told of ports by its socket", () => {
    expect(JSON.parse(hostForward(PORT))).toEqual({
      execute: "add_hostfwd",
      arguments: { proto: "tcp", host_addr: "0.0.0.0", host_port: 8080, guest_addr: "10.0.2.100", guest_port: 80 },
    });
    expect(() => hostForward({ ...PORT, address: "::1" })).toThrow("slirp4netns publishes no port of IPv6: 8080");
  });
});

describe("userModePath()", () => {
  it("looks in directories of $PATH alone, and names the package", () => {
    expect(() => userModePath("pasta", "/nonexistent:.:")).toThrow("pasta was not found in $PATH");
    using directory = temporaryDirectory("wb-path-");
    mkdirSync(join(directory.path, "pasta"));
    writeFileSync(join(directory.path, "slirp4netns"), "", { mode: 0o755 });
    expect(preferredUserMode(directory.path)).toBe("slirp4netns");
    expect(preferredUserMode("/nonexistent")).toBe("pasta");
  });
});

describe("stopUserMode()", () => {
  it("leaves another process alone that has the same id", () => {
    using directory = temporaryDirectory("wb-user-mode-");
    for (const text of [`${process.pid}\n`, `${process.pid} 1\n`, "nonsense", "0\n", "4194304\n"]) {
      const state = join(directory.path, "state");
      mkdirSync(state);
      writeFileSync(join(state, "pid"), text);
      stopUserMode(state);
      stopUserMode(state);
      expect(existsSync(state)).toBe(false);
    }
  });
});
