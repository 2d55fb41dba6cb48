import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { ociBench, shell } from "../support/oci.ts";

leavesHostUnchanged();

requires(
  "root",
  "command:busybox",
  "kernel>=6.15",
)("mountinfo lists /dev of a user namespace in the order of mounts", async () => {
  using bench = ociBench();
  const id = `wb-order-${process.pid}`;
  const ids = [{ containerID: 0, hostID: 0, size: 100 }];
  const namespaces = ["pid", "mount", "ipc", "uts", "user"].map((type) => ({ type: type as "pid" }));
  const path = bench.bundle({
    ...shell(`awk '$5 == "/proc" || $5 ~ "^/dev(/pts)?$" { print $5 }' /proc/self/mountinfo; echo > /dev/null`),
    linux: { namespaces, uidMappings: ids, gidMappings: ids },
    mounts: [
      { destination: "/proc", type: "proc" },
      { destination: "/dev", type: "tmpfs" },
      { destination: "/dev/pts", type: "devpts", options: ["newinstance"] },
    ],
  });
  expect(await bench.call(["run", "-b", path, id])).toEqual({
    stdout: "/proc\n/dev\n/dev/pts\n",
    stderr: "",
    status: 0,
  });
});
