import {
  address,
  call,
  capUserHeader,
  ignoring,
  LINUX_CAPABILITY_VERSION_3,
  memory,
  pointer,
  PR,
  PR_CAP_AMBIENT,
  type Step,
  step,
  value,
} from "@wb/syscall";

const INT = 0xffff_ffffn;
const HEADER = pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3, pid: 0 });

/**
 * The Step that makes all permitted capabilities ambient, capabilities(7), so that a command keeps them whoever executes it:
 * `unshare --keep-caps`. A capability can be ambient only once it is inheritable.
 */
export const keepCapabilities: Step = step("keep the capabilities across execve", [
  memory("caps", 24),
  call("capget", HEADER, address("caps")),
  ...[0, 12].flatMap((set) => [
    // The inheritable word shares its 8 bytes with the effective one of the next set.
    { assign: address("next set"), to: value("caps", set + 8, ~INT) },
    { assign: address("caps", set + 8), to: value("caps", set + 4, INT), plus: value("next set") },
  ]),
  call("capset", HEADER, address("caps")),
  { assign: address("capability"), to: 0 },
  { label: "next" },
  ignoring(call("prctl", PR.CAP_AMBIENT, PR_CAP_AMBIENT.RAISE, value("capability"), 0, 0), "EPERM", "EINVAL"),
  { assign: address("capability"), to: value("capability"), plus: 1 },
  { jump: "next", when: { value: "capability", lessThan: 64 } },
]);
