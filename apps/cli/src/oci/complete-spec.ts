import caller from "node:process";
import type { OciCapabilities } from "@wb/security";
import { UserError } from "../user-error.ts";
import type { Resources } from "./resources.ts";
import type { SpecLinux } from "./spec-linux.ts";
import type { SpecProcess, SpecUser } from "./spec-process.ts";
import type { Spec, SpecMount, SpecRoot } from "./spec.ts";

/** A configuration that says all that a runtime has to know, be it by a default. */
export interface CompleteSpec extends Spec {
  readonly root: SpecRoot;
  readonly process: CompleteProcess;
  /** It has no `process`: there is nothing to run, and the container ends when it is started. Default false. */
  readonly isIdle?: boolean;
  readonly mounts: readonly SpecMount[];
  readonly linux: CompleteLinux;
}

export interface CompleteProcess extends SpecProcess {
  readonly user: SpecUser & { readonly uid: number; readonly gid: number };
  readonly args: readonly [string, ...string[]];
  readonly env: readonly string[];
  readonly capabilities: OciCapabilities;
}

type Filled = "namespaces" | "cgroupsPath" | "resources" | "maskedPaths" | "readonlyPaths";

export type CompleteLinux = SpecLinux & Required<Pick<SpecLinux, Filled>>;

/**
 * A configuration with the defaults of runc for what it leaves out: root without capabilities, in the namespaces of the
 * caller.
 *
 * @param cgroupsPath where the container's processes go, if the configuration does not say it
 * @throws UserError where there is no root, or a process without a program
 */
export function completeSpec(spec: Spec, { cgroupsPath }: { readonly cgroupsPath: string }): CompleteSpec {
  const { root, process, mounts = [], linux = {} } = spec;
  if (root === undefined) throw new UserError("config.json: root: missing: the directory of the container is needed");
  return {
    ...spec,
    root,
    ...(process === undefined ? { process: IDLE, isIdle: true } : { process: completeProcess(process) }),
    mounts,
    linux: {
      cgroupsPath,
      namespaces: [],
      resources: NO_LIMITS,
      maskedPaths: [],
      readonlyPaths: [],
      ...linux,
      ...defaultMappings(linux),
    },
  };
}

/** As crun has it: the least that a user namespace can have, in which root stands for the caller. */
function defaultMappings({ namespaces = [], uidMappings = [], gidMappings = [] }: SpecLinux): Partial<SpecLinux> {
  const isNew = namespaces.some(({ type, path }) => type === "user" && path === undefined);
  if (!isNew || uidMappings.length > 0 || gidMappings.length > 0) return {};
  const mapping = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  return { uidMappings: mapping(caller.geteuid?.() ?? 0), gidMappings: mapping(caller.getegid?.() ?? 0) };
}

/** As {@link completeSpec}, of a process alone: that of `exec`. @throws UserError where there is nothing to run */
export function completeProcess(process: SpecProcess): CompleteProcess {
  const { user, args: [command, ...rest] = [], env = [], capabilities = {} } = process;
  if (command === undefined)
    throw new UserError("config.json: process.args: missing or empty: the program to run is needed");
  return { ...process, user: { uid: 0, gid: 0, ...user }, args: [command, ...rest], env, capabilities };
}

const NO_LIMITS: Resources = {};

/** Root without privileges. What it would execute is never looked at. */
const IDLE: CompleteProcess = { cwd: "/", user: { uid: 0, gid: 0 }, args: [""], env: [], capabilities: {} };
