import { Connection, DbusError } from "../dbus/connection.ts";
import { type DbusValue, stringOf } from "../dbus/value.ts";
import { CgroupError } from "../error.ts";
import { codeOf } from "../read.ts";
import type { Waiting } from "../wait.ts";
import { attachCall, resetCall, setCall, startCall, stopCall, SYSTEMD, TO_MANAGER } from "./calls.ts";
import type { UnitProperty } from "./properties.ts";

/** Which systemd: that of the machine, or that of the user who asks. */
export type ManagerKind = "system" | "user";

/** Calls of org.freedesktop.systemd1(5) that wait for the job that they start to be done. */
export interface Manager {
  startTransientUnit(unit: string, properties: readonly UnitProperty[]): Waiting<void>;
  stopUnit(unit: string): Waiting<void>;
  setUnitProperties(unit: string, properties: readonly UnitProperty[]): Waiting<void>;
  attachProcesses(unit: string, pids: readonly number[]): Waiting<void>;
  /** The path of its group, from the root of the hierarchies. */
  controlGroup(unit: string): Waiting<string>;
}

/**
 * Does something with systemd, over a connection of its own: it tells every one of all units, and ends those that do not
 * listen.
 *
 * @throws CgroupError `WB_CGROUP_SYSTEMD` when it cannot be reached, or refuses
 */
export function* withManager<T>(kind: ManagerKind, action: (manager: Manager) => Waiting<T>): Waiting<T> {
  using connection = yield* connected(kind);
  try {
    return yield* action(managerOn(connection));
  } catch (error) {
    if (error instanceof CgroupError) throw error;
    throw failure(error, kind);
  }
}

/** Milliseconds that systemd may take for an answer, and for a job: sd-bus waits so long. */
const TIMEOUT = 25_000;

/**
 * systemd's own socket first, which works without a bus (systemctl does the same as root), then the bus.
 */
function* connected(kind: ManagerKind): Waiting<Connection> {
  const tried: string[] = [];
  let cause: unknown;
  for (const { path, isBus } of sockets(kind)) {
    try {
      return yield* open(path, isBus);
    } catch (error) {
      tried.push(
        `${path}: ${codeOf(error) === undefined && error instanceof Error ? error.message : String(codeOf(error))}`,
      );
      cause = error;
    }
  }
  throw unreachable(kind, tried, cause);
}

function* open(path: string, isBus: boolean): Waiting<Connection> {
  const connection = new Connection(path, TIMEOUT);
  try {
    yield* connection.authenticate();
    if (isBus) {
      const bus = {
        destination: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus",
      };
      const rule = `type='signal',sender='${SYSTEMD}',interface='${TO_MANAGER.interface}',member='JobRemoved'`;
      yield* connection.call({ ...bus, member: "Hello" });
      yield* connection.call({ ...bus, member: "AddMatch", signature: "s", body: [rule] });
      yield* connection.call({ ...TO_MANAGER, member: "Subscribe" });
    }
    return connection;
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

function sockets(kind: ManagerKind): { readonly path: string; readonly isBus: boolean }[] {
  if (kind === "system")
    return [
      { path: "/run/systemd/private", isBus: false },
      { path: "/run/dbus/system_bus_socket", isBus: true },
    ];
  const directory = process.env["XDG_RUNTIME_DIR"] || `/run/user/${process.geteuid?.() ?? 0}`;
  return [
    { path: `${directory}/systemd/private`, isBus: false },
    { path: `${directory}/bus`, isBus: true },
  ];
}

function managerOn(connection: Connection): Manager {
  const call = (method: ReturnType<typeof stopCall>): Waiting<readonly DbusValue[]> =>
    connection.call({ ...TO_MANAGER, ...method });

  return {
    *startTransientUnit(unit, properties) {
      yield* ended(connection, unit, yield* call(startCall(unit, properties)));
    },
    *stopUnit(unit) {
      try {
        yield* ended(connection, unit, yield* call(stopCall(unit)));
        yield* call(resetCall(unit));
      } catch (error) {
        // It ended with its last process.
        if (!isNoSuchUnit(error)) throw error;
      }
    },
    *setUnitProperties(unit, properties) {
      yield* call(setCall(unit, properties));
    },
    *attachProcesses(unit, pids) {
      yield* call(attachCall(unit, pids));
    },
    *controlGroup(unit) {
      const [path] = yield* call({ member: "GetUnit", signature: "s", body: [unit] });
      const properties = { destination: SYSTEMD, path: stringOf(path), interface: "org.freedesktop.DBus.Properties" };
      const body = ["org.freedesktop.systemd1.Scope", "ControlGroup"];
      const [answer] = yield* connection.call({ ...properties, member: "Get", signature: "ss", body });
      return stringOf(typeof answer === "object" && "value" in answer ? answer.value : answer);
    },
  };
}

/** Waits until a job is done: JobRemoved(id, job, unit, result). */
function* ended(connection: Connection, unit: string, [job]: readonly DbusValue[]): Waiting<void> {
  const { body } = yield* connection.signal(({ member, body: [, path] }) => member === "JobRemoved" && path === job);
  const result = stringOf(body[3]);
  if (result !== "done") throw new Error(`the job for ${unit} ended with the result ${result}`);
}

function isNoSuchUnit(error: unknown): boolean {
  return error instanceof DbusError && error.errorName === `${SYSTEMD}.NoSuchUnit`;
}

function failure(error: unknown, kind: ManagerKind): CgroupError {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof DbusError && error.errorName === `${SYSTEMD}.UnitExists`)
    return new CgroupError("WB_CGROUP_EXISTS", `systemd: ${reason}`, {
      cause: error,
      hint: `choose another name, or end that unit: systemctl${flag(kind)} stop NAME`,
    });
  const hint =
    error instanceof DbusError && /InteractiveAuthorizationRequired|AccessDenied/.test(error.errorName)
      ? "the machine's systemd makes scopes for root alone; an ordinary user's own is asked by { manager: \"user\" }"
      : `see its log: journalctl${flag(kind)} -e`;
  return new CgroupError("WB_CGROUP_SYSTEMD", `systemd: ${reason}`, { cause: error, hint });
}

function unreachable(kind: ManagerKind, tried: readonly string[], cause: unknown): CgroupError {
  const whose = kind === "system" ? "systemd" : "the user's systemd";
  return new CgroupError("WB_CGROUP_SYSTEMD", `${whose} cannot be reached: ${tried.join("; ")}`, {
    cause,
    hint:
      kind === "system"
        ? "where systemd is not process 1, or this is a container without its socket, use createCgroup() (cgroupfs)"
        : "set XDG_RUNTIME_DIR to that of a login of this user, or have one without: loginctl enable-linger USER",
  });
}

function flag(kind: ManagerKind): string {
  return kind === "user" ? " --user" : "";
}
