import { AF, address, call, into, memory, MSG, SOCK, step, type Step, value } from "@wb/syscall";
import { limitChanges } from "../changes.ts";
import { authentication } from "../dbus/connection.ts";
import { encodeCall, type MethodCall } from "../dbus/message.ts";
import { detect } from "../detect.ts";
import { type EntranceOptions, type EntrancePlan, planEntrance } from "../entrance.ts";
import type { Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { placesOf } from "../place.ts";
import { startCall, stopCall, TO_MANAGER } from "./calls.ts";
import type { ManagerKind } from "./manager.ts";
import { limitProperties, type UnitProperty } from "./properties.ts";
import { type UnitName, unitName } from "./unit.ts";

export interface ScopeOptions extends EntranceOptions {
  /** Where the hierarchies are. Default: {@link detect}. */
  readonly layout?: Layout;
  /** Which systemd is asked. Default: the machine's for root, the user's own for others. */
  readonly manager?: ManagerKind;
  /** What `systemctl status` says it is. Default: its name. */
  readonly description?: string;
}

/** A scope as data. */
export interface ScopePlan extends UnitName {
  readonly manager: ManagerKind;
  /** The group's directories, one in each hierarchy. */
  readonly directories: readonly string[];
  readonly properties: readonly UnitProperty[];
  /** Asks systemd for it, and sets its limits. */
  readonly create: readonly Step[];
  /** Opens it and lets a process in. */
  readonly entrance: EntrancePlan;
  /** Ends it, once no process is in it. */
  readonly remove: readonly Step[];
}

/**
 * Plans a scope, as {@link planCgroup} plans a group. A user's own systemd has its groups below a group of the machine's, which
 * `path` leaves out.
 *
 * @throws CgroupError for a name that is none, for a limit out of range, or for one whose controller is missing
 */
export function planScope(name: string, limits: Limits = {}, options: ScopeOptions = {}): ScopePlan {
  const { layout = detect(), manager = process.geteuid?.() === 0 ? "system" : "user" } = options;
  // A user's systemd has no system.slice of its own; app.slice is where its programs are, systemd.special(7).
  const names = unitName(name, { slice: manager === "system" ? "system.slice" : "app.slice" });
  const places = placesOf(layout, names.path);
  const properties = [
    { name: "Description", type: "s", value: options.description ?? names.unit },
    { name: "Slice", type: "s", value: names.slice },
    // Its files are ours to write, and groups below it ours to make.
    { name: "Delegate", type: "b", value: true },
    { name: "DefaultDependencies", type: "b", value: false },
    // A unit that failed, out of memory, would stay and keep the name.
    { name: "CollectMode", type: "s", value: "inactive-or-failed" },
    ...["MemoryAccounting", "CPUAccounting", "IOAccounting", "TasksAccounting"].map((each) => ({
      name: each,
      type: "b",
      value: true,
    })),
    ...limitProperties(limits),
  ];
  return {
    ...names,
    manager,
    directories: places.map(({ directory }) => directory),
    properties,
    create: [startStep(names, properties), ...limitChanges(layout, places, limits).map((change) => change.step)],
    entrance: planEntrance(places, options),
    remove: [stopStep(names)],
  };
}

const SOCKET = "/run/systemd/private";

/** What D-Bus comes to. The answer, and the signal that the job is done, are waited for. */
function callSystemd(label: string, method: Partial<MethodCall>, shell: string): Step {
  const hello = authentication(0);
  const message = encodeCall(1, { ...TO_MANAGER, member: "", ...method });
  return step(
    label,
    [
      into("systemd", call("socket", AF.UNIX, SOCK.STREAM | SOCK.CLOEXEC | SOCK.NONBLOCK, 0)),
      call("connect", value("systemd"), Buffer.from(`\u{1}\0${SOCKET}\0`), SOCKET.length + 3),
      call("sendto", value("systemd"), hello.toString(), hello.length, MSG.NOSIGNAL, null, 0),
      memory(`systemd: ${method.member}`, message),
      call("sendto", value("systemd"), address(`systemd: ${method.member}`), message.length, MSG.NOSIGNAL, null, 0),
      memory("systemd: answer", ANSWER),
      call("recvfrom", value("systemd"), address("systemd: answer"), ANSWER, 0, null, null),
      call("close", value("systemd")),
    ],
    shell,
  );
}

const ANSWER = 16_384;

function startStep({ unit, slice }: UnitName, properties: readonly UnitProperty[]): Step {
  const given = properties
    .filter(({ name }) => name !== "Slice" && name !== "Description")
    .map(({ name, value: set }) => ` -p ${name}=${textOf(set)}`);
  const shell = `systemd-run --scope --unit=${unit} --slice=${slice}${given.join("")} sleep infinity`;
  const method = startCall(unit, [...properties, { name: "PIDs", type: "au", value: [0] }]);
  return callSystemd(`have systemd make the scope ${unit} with a process that keeps it alive`, method, shell);
}

function stopStep({ unit }: UnitName): Step {
  return callSystemd(`have systemd stop the scope ${unit}`, stopCall(unit), `systemctl stop ${unit}`);
}

function textOf(given: UnitProperty["value"]): string {
  if (typeof given === "boolean") return given ? "yes" : "no";
  if (given === 2n ** 64n - 1n) return "infinity";
  if (Array.isArray(given)) return cpuList(given as readonly number[]);
  return typeof given === "object" ? "" : String(given);
}

/** `0,1,5`, of a mask. */
function cpuList(mask: readonly number[]): string {
  return mask.flatMap((byte, at) => BITS.filter((bit) => byte & (1 << bit)).map((bit) => 8 * at + bit)).join(",");
}

const BITS = [0, 1, 2, 3, 4, 5, 6, 7];
