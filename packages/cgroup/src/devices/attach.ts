import {
  address,
  AT_FDCWD,
  BPF,
  BPF_F,
  call,
  type Instruction,
  into,
  memory,
  O,
  pointer,
  step,
  type Step,
  type Struct,
  struct,
  u32,
  u64,
  value,
} from "@wb/syscall";
import type { DevicePolicy } from "./policy.ts";
import { deviceProgram } from "./program.ts";

/** The cells of {@link attachDeviceProgram}: file descriptors that it closes again. */
const DIRECTORY = "cgroup:device-directory";
const PROGRAM = "cgroup:device-program";
const ATTRIBUTES = "cgroup:device-attributes";
const REPLACED = "cgroup:device-replaced";

/**
 * Loads a policy's program and attaches it to a v2 group, where it goes when the group is removed. bpf(2).
 *
 * @param replaced the id of the program whose place it takes at one stroke (BPF_F_REPLACE, Linux 5.6): no moment passes
 * without rules, and programs do not pile up
 */
export function attachDeviceProgram(directory: string, policy: DevicePolicy, replaced?: number): Step {
  const program = deviceProgram(policy);
  const load = pointer(loadAttributes, {
    progType: CGROUP_DEVICE_PROGRAM,
    insnCnt: program.length / 8,
    insns: program,
    license: "Apache-2.0",
    ...NAME,
  });
  return step(
    `allow devices by a BPF program: ${policy.allow ? "all" : "none"}, with ${policy.exceptions.length} exceptions`,
    [
      memory(ATTRIBUTES, ATTACH_SIZE + 4),
      into(DIRECTORY, call("openat", AT_FDCWD, directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0)),
      into(PROGRAM, call("bpf", BPF.PROG_LOAD, load, loadAttributes.size)),
      ...(replaced === undefined ? [] : openReplaced(replaced)),
      // { target_fd, attach_bpf_fd, attach_type, attach_flags, replace_bpf_fd }: each word after the first goes over the
      // upper half of the one before.
      { assign: address(ATTRIBUTES, 0), to: value(DIRECTORY, 0, LOW_HALF) },
      { assign: address(ATTRIBUTES, 4), to: value(PROGRAM, 0, LOW_HALF), plus: CGROUP_DEVICE_ATTACH << 32n },
      { assign: address(ATTRIBUTES, 12), to: BPF_F.ALLOW_MULTI | (replaced === undefined ? 0 : BPF_F.REPLACE) },
      ...(replaced === undefined ? [] : [{ assign: address(ATTRIBUTES, 16), to: value(REPLACED, 0, LOW_HALF) }]),
      call("bpf", BPF.PROG_ATTACH, address(ATTRIBUTES), ATTACH_SIZE),
      ...(replaced === undefined ? [] : [call("close", value(REPLACED))]),
      call("close", value(PROGRAM)),
      call("close", value(DIRECTORY)),
    ],
  );
}

function openReplaced(id: number): Instruction[] {
  return [into(REPLACED, call("bpf", BPF.PROG_GET_FD_BY_ID, pointer(idAttributes, { id }), idAttributes.size))];
}

const LOW_HALF = 0xffff_ffffn;

/** `union bpf_attr` for BPF_PROG_ATTACH, up to `replace_bpf_fd`. */
const ATTACH_SIZE = 20;

/** BPF_PROG_TYPE_CGROUP_DEVICE and the attach type BPF_CGROUP_DEVICE, linux/bpf.h. */
const CGROUP_DEVICE_PROGRAM = 15;
const CGROUP_DEVICE_ATTACH = 6n;

/** `union bpf_attr` for BPF_PROG_GET_FD_BY_ID. */
const idAttributes: Struct<{ readonly id: number }> = struct<{ readonly id: number }>("bpf_attr", { id: u32 });

/** `union bpf_attr` for BPF_PROG_LOAD, up to `prog_name` (Linux 4.15). */
interface LoadAttributes {
  readonly progType: number;
  readonly insnCnt: number;
  readonly insns: bigint;
  readonly license: bigint;
  readonly logLevel: number;
  readonly logSize: number;
  readonly logBuf: bigint;
  readonly kernVersion: number;
  readonly progFlags: number;
  readonly name: bigint;
  readonly nameEnd: bigint;
}

const loadAttributes: Struct<LoadAttributes> = struct<LoadAttributes>("bpf_attr", {
  progType: u32,
  insnCnt: u32,
  insns: u64,
  license: u64,
  logLevel: u32,
  logSize: u32,
  logBuf: u64,
  kernVersion: u32,
  progFlags: u32,
  name: u64,
  nameEnd: u64,
});

/** `char prog_name[16]`, which `bpftool prog` shows. */
const NAME = {
  name: Buffer.from("wb_devic").readBigUInt64LE(),
  nameEnd: Buffer.from("es\0\0\0\0\0\0").readBigUInt64LE(),
} as const;
