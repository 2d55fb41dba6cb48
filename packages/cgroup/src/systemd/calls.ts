import type { MethodCall } from "../dbus/message.ts";
import { type DbusValue, variant } from "../dbus/value.ts";
import type { UnitProperty } from "./properties.ts";

export const SYSTEMD = "org.freedesktop.systemd1";

/** The object that all calls go to, org.freedesktop.systemd1(5). */
export const TO_MANAGER: Pick<MethodCall, "destination" | "path" | "interface"> = {
  destination: SYSTEMD,
  path: "/org/freedesktop/systemd1",
  interface: "org.freedesktop.systemd1.Manager",
};

type ManagerCall = Pick<MethodCall, "member" | "signature" | "body">;

/** Makes a unit that lasts until it is stopped, or a boot: fails where there is one of the name. */
export function startCall(unit: string, properties: readonly UnitProperty[]): ManagerCall {
  return {
    member: "StartTransientUnit",
    signature: "ssa(sv)a(sa(sv))",
    body: [unit, "fail", properties.map(entry), []],
  };
}

export function stopCall(unit: string): ManagerCall {
  return { member: "StopUnit", signature: "ss", body: [unit, "replace"] };
}

export function resetCall(unit: string): ManagerCall {
  return { member: "ResetFailedUnit", signature: "s", body: [unit] };
}

/** Not kept beyond a boot: neither is the unit. */
export function setCall(unit: string, properties: readonly UnitProperty[]): ManagerCall {
  return { member: "SetUnitProperties", signature: "sba(sv)", body: [unit, true, properties.map(entry)] };
}

export function attachCall(unit: string, pids: readonly number[]): ManagerCall {
  return { member: "AttachProcessesToUnit", signature: "ssau", body: [unit, "", pids] };
}

function entry({ name, type, value }: UnitProperty): DbusValue {
  return [name, variant(type, value)];
}
