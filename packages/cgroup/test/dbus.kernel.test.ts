import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { Connection } from "../src/dbus/connection.ts";
import { drive, driveSync } from "../src/wait.ts";
import { openFds } from "./group.ts";

const onBus = requires("command:dbus-daemon");
const BUS = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
const TIMEOUT = 30_000;

async function startBus(socket: string): Promise<ChildProcess> {
  const daemon = spawn("dbus-daemon", ["--session", "--nofork", "--print-address=1", `--address=unix:path=${socket}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(daemon.stdout, "data");
  return daemon;
}

onBus("Connection calls dbus-daemon, with and without the event loop", async () => {
  using place = temporaryDirectory();
  const socket = join(place.path, "bus");
  const daemon = await startBus(socket);
  const fds = openFds();
  try {
    using connection = new Connection(socket, TIMEOUT);
    await drive(connection.authenticate());
    const [name] = await drive(connection.call({ ...BUS, member: "Hello" }));
    expect(name).toMatch(/^:1\.\d+$/);
    driveSync(connection.call({ ...BUS, member: "AddMatch", signature: "s", body: ["member='NameOwnerChanged'"] }));
    driveSync(connection.call({ ...BUS, member: "RequestName", signature: "su", body: ["wb.Test", 0] }));
    const { body } = await drive(
      connection.signal((one) => one.member === "NameOwnerChanged" && one.body[0] === "wb.Test"),
    );
    expect(body).toEqual(["wb.Test", "", name]);
    const [pid] = driveSync(
      connection.call({ ...BUS, member: "GetConnectionUnixProcessID", signature: "s", body: ["wb.Test"] }),
    );
    expect(pid).toBe(process.pid);
    expect(() =>
      driveSync(connection.call({ ...BUS, member: "GetNameOwner", signature: "s", body: ["wb.None"] })),
    ).toThrow("org.freedesktop.DBus.Error.NameHasNoOwner");
  } finally {
    daemon.kill();
    await once(daemon, "exit");
  }
  expect(openFds()).toBeLessThanOrEqual(fds);
});

onBus("Connection tells of a socket that is not there, of a peer that ends, and of one that says nothing", async () => {
  using place = temporaryDirectory();
  const fds = openFds();
  expect(() => new Connection(join(place.path, "none"), TIMEOUT)).toThrow("ENOENT");
  expect(openFds()).toBe(fds);
  const socket = join(place.path, "silent");
  const server = createServer(
    (peer) => void peer.once("data", (data) => void (data.includes("BEGIN") && peer.end())),
  ).listen(socket);
  await once(server, "listening");
  using connection = new Connection(socket, TIMEOUT);
  await expect(drive(connection.authenticate())).rejects.toThrow("the connection was closed");
  using impatient = new Connection(socket, 1);
  expect(() => driveSync(impatient.authenticate())).toThrow("no answer in 1 ms");
  server.close();
});

onBus("Connection waits no longer for a peer that never stops sending", async () => {
  using place = temporaryDirectory();
  const socket = join(place.path, "talker");
  const program = `
    const server = require("node:net").createServer((peer) => {
      const talk = () => { while (peer.write(Buffer.alloc(4096, "x"))); };
      peer.on("drain", talk).on("error", () => {});
      talk();
    });
    server.listen(${JSON.stringify(socket)}, () => console.log("listening"));`;
  const talker = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(talker.stdout, "data");
    using connection = new Connection(socket, 300);
    expect(() => driveSync(connection.authenticate())).toThrow("no answer in 300 ms");
  } finally {
    talker.kill("SIGKILL");
    await once(talker, "exit");
  }
});
