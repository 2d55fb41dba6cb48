import {
  address,
  AT_FDCWD,
  BPF,
  BPF_F,
  call,
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

/** Loads a policy's program and attaches it to a v2 group, where it goes when the group is removed. bpf(2). */
export function attachDeviceProgram(directory: string, policy: DevicePolicy): Step {
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
      memory(ATTRIBUTES, 16),
      into(DIRECTORY, call("openat", AT_FDCWD, directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0)),
      into(PROGRAM, call("bpf", BPF.PROG_LOAD, load, loadAttributes.size)),
      // { target_fd, attach_bpf_fd, attach_type, attach_flags }: the second word goes over the upper half of the first.
      { assign: address(ATTRIBUTES, 0), to: value(DIRECTORY, 0, LOW_HALF) },
      { assign: address(ATTRIBUTES, 4), to: value(PROGRAM, 0, LOW_HALF), plus: CGROUP_DEVICE_ATTACH << 32n },
      { assign: address(ATTRIBUTES, 12), to: BPF_F.ALLOW_MULTI },
      call("bpf", BPF.PROG_ATTACH, address(ATTRIBUTES), 16),
      call("close", value(PROGRAM)),
      call("close", value(DIRECTORY)),
    ],
  );
}

const LOW_HALF = 0xffff_ffffn;

/** BPF_PROG_TYPE_CGROUP_DEVICE and the attach type BPF_CGROUP_DEVICE, linux/bpf.h. */
const CGROUP_DEVICE_PROGRAM = 15;
const CGROUP_DEVICE_ATTACH = 6n;

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
