import { closeSync, constants, openSync } from "node:fs";
import { address, BPF, call, memory, pointer, run, step, type Struct, struct, u32, u64 } from "@wb/syscall";

/** The ids of the device programs that are attached to a v2 group itself, BPF_PROG_QUERY of bpf(2) (Linux 4.15). */
export function attachedDevicePrograms(directory: string): number[] {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const query = pointer(queryAttributes, {
      targetFd: fd,
      attachType: CGROUP_DEVICE_ATTACH,
      progIds: address("ids"),
      progCnt: MOST,
    });
    const found = run([
      step("find the group's device programs", [
        memory("ids", MOST * 4),
        call("bpf", BPF.PROG_QUERY, query, queryAttributes.size),
      ]),
    ]).bytes("ids", MOST * 4);
    return Array.from({ length: MOST }, (_, index) => found.readUInt32LE(index * 4)).filter((id) => id !== 0);
  } finally {
    closeSync(fd);
  }
}

/** BPF_CGROUP_MAX_PROGS of the kernel. */
const MOST = 64;
/** BPF_CGROUP_DEVICE, linux/bpf.h. */
const CGROUP_DEVICE_ATTACH = 6;

/** `union bpf_attr` for BPF_PROG_QUERY, up to `prog_cnt` and its padding. */
interface QueryAttributes {
  readonly targetFd: number;
  readonly attachType: number;
  readonly queryFlags: number;
  readonly attachFlags: number;
  readonly progIds: bigint;
  readonly progCnt: number;
}

const queryAttributes: Struct<QueryAttributes> = struct<QueryAttributes>("bpf_attr", {
  targetFd: u32,
  attachType: u32,
  queryFlags: u32,
  attachFlags: u32,
  progIds: u64,
  progCnt: u32,
});
