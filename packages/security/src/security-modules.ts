import { existsSync, readFileSync } from "node:fs";

/** What a configuration asks of Linux security modules. */
export interface Labels {
  /** The OCI runtime-spec's `process.apparmorProfile`. */
  readonly apparmorProfile?: string | undefined;
  /** `process.selinuxLabel` */
  readonly selinuxLabel?: string | undefined;
}

export interface SecurityModules {
  readonly apparmor: boolean;
  readonly selinux: boolean;
}

/** The security modules that this machine has switched on, by the kernel's own files. */
export function securityModules(): SecurityModules {
  return { apparmor: readOrEmpty("/sys/module/apparmor/parameters/enabled").startsWith("Y"), selinux: hasSelinux() };
}

/**
 * Refuses labels of a security module that is not switched on, as runc does: a process that runs without the profile that was
 * asked for would be less confined than its configuration says. Empty labels ask for nothing. A label of mounts confines
 * nobody by itself: without SELinux it has no effect.
 *
 * @throws LabelError
 */
export function checkLabels(labels: Labels, modules: SecurityModules = securityModules()): void {
  for (const { field, module, reason } of FIELDS) {
    const label = labels[field];
    if (label !== undefined && label !== "" && !modules[module]) throw new LabelError(field, label, reason, module);
  }
}

/** A label that no security module of this machine understands. */
export class LabelError extends Error {
  readonly code = "WB_SECURITY_MODULE";
  /** The field of the configuration. */
  readonly field: keyof Labels;
  readonly label: string;
  readonly hint: string;

  constructor(field: keyof Labels, label: string, reason: string, module: keyof SecurityModules) {
    super(`${reason}: process.${field} is ${JSON.stringify(label)}`);
    this.field = field;
    this.label = label;
    this.hint = `boot the kernel with lsm=…,${module}, or leave process.${field} out`;
  }
}

Object.defineProperty(LabelError.prototype, "name", { value: "LabelError", configurable: true, writable: true });

interface Field {
  readonly field: keyof Labels;
  readonly module: keyof SecurityModules;
  /** The words of runc. */
  readonly reason: string;
}

const FIELDS: readonly Field[] = [
  {
    field: "apparmorProfile",
    module: "apparmor",
    reason: "unable to apply apparmor profile: apparmor: config provided but apparmor not supported",
  },
  {
    field: "selinuxLabel",
    module: "selinux",
    reason: "selinux label is specified in config, but selinux is disabled or not supported",
  },
];

/** selinuxfs is there when SELinux is switched on, selinux(8); some distributions mount it at its old place. */
function hasSelinux(): boolean {
  return ["/sys/fs/selinux/enforce", "/selinux/enforce"].some((path) => existsSync(path));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
