import { type Program, type Step } from "@wb/syscall";
import { procStep, type ProcfsUse } from "./proc-step.ts";

/**
 * The Step by which the command runs under an AppArmor profile from its execve(2) on, the OCI runtime-spec's
 * `process.apparmorProfile`. It stands late: what comes after it and is no execve is not confined. Equivalent to
 * `aa-exec -p PROFILE`.
 *
 * ENOENT from write: no such profile is loaded. EINVAL: AppArmor is not switched on; {@link checkLabels} says so before.
 */
export function apparmorStep(profile: string, use: ProcfsUse = {}): Step {
  // attr/exec is the one of whichever security module came first; attr/apparmor/exec is AppArmor's, since Linux 5.8.
  const write = {
    path: "self/attr/apparmor/exec",
    otherwise: "self/attr/exec",
    text: `exec ${label("an AppArmor profile", profile)}`,
  };
  return procStep(`have the AppArmor profile ${profile} from execve on`, write, use, `aa-exec -p ${profile}`);
}

/** The Step by which the command has an SELinux label from its execve(2) on, `process.selinuxLabel`. Equivalent to `runcon LABEL`. */
export function selinuxStep(context: string, use: ProcfsUse = {}): Step {
  const write = { path: "self/attr/exec", text: label("an SELinux label", context) };
  return procStep(`have the SELinux label ${context} from execve on`, write, use, `runcon ${context}`);
}

/**
 * The Steps that make a session keyring with the process's SELinux label, which the command could not use otherwise: what
 * {@link keyringStep} gives stands between them.
 *
 * @example
 * labelledKeyring(process.selinuxLabel, keyringStep());
 */
export function labelledKeyring(context: string, keyring: Step, use: ProcfsUse = {}): Program {
  const path = "self/attr/keycreate";
  return [
    procStep(`give new keys the SELinux label ${context}`, { path, text: label("an SELinux label", context) }, use),
    keyring,
    procStep("give new keys the kernel's label again", { path, text: "\n" }, use),
  ];
}

/**
 * The words to add to a mount's options so that its files have an SELinux label, `linux.mountLabel`: none for a bind mount,
 * whose files have their own, and for file systems that the kernel labels itself.
 *
 * @example
 * const labelled = { ...mount, options: [...mount.options, ...mountLabelOptions(mount, linux.mountLabel)] };
 */
export function mountLabelOptions(
  { type = "none", options = [] }: { readonly type?: string; readonly options?: readonly string[] },
  context: string,
): string[] {
  if (UNLABELLED.has(type) || options.some((word) => word === "bind" || word === "rbind")) return [];
  return [`context=${label("an SELinux label", context)}`];
}

/** Those that runc mounts without a label. */
const UNLABELLED: ReadonlySet<string> = new Set(["bind", "cgroup", "cgroup2", "mqueue", "proc", "sysfs"]);

/** A line break would end the label in the kernel's parser, and no name has one. */
function label(what: string, text: string): string {
  if (text === "" || /[\0\n]/u.test(text)) throw new TypeError(`${JSON.stringify(text)} is no name of ${what}`);
  return text;
}
