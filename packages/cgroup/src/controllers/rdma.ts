import { checkRange, type Controller, type Current, type Write } from "../controller.ts";
import { checkKey } from "../key.ts";
import { writeKeyed } from "../keyed.ts";
import type { RdmaLimits } from "../limits.ts";
import { parseNestedKeyed } from "../parse.ts";

/** `rdma.current`, by device: counts of `hca_handle` and `hca_object`. */
export type RdmaStats = ReturnType<typeof parseNestedKeyed>;

/** Documentation/admin-guide/cgroup-v1/rdma.rst; cgroup-v2.rst, "RDMA" (both Linux 4.11). The same file on both. */
export const rdma: Controller<RdmaLimits, RdmaStats> = {
  v1: { controller: "rdma", writes, stats },
  v2: { controller: "rdma", writes, stats },
};

function writes(limits: RdmaLimits, current: Current): Write[] {
  return Object.entries(limits).flatMap(([device, { hcaHandle, hcaObject }]) => {
    checkKey("rdma.max", device);
    const counts = Object.entries({ hca_handle: hcaHandle, hca_object: hcaObject }).flatMap(([name, count]) => {
      if (count === undefined) return [];
      if (count !== "max") checkRange(`${name} of ${device} in rdma.max`, count, 0, 2 ** 31 - 1);
      return [`${name}=${count}`];
    });
    if (counts.length === 0) return [];
    const value = { key: device, value: counts.join(" "), none: "hca_handle=max hca_object=max" };
    return [writeKeyed("rdma.max", value, current)];
  });
}

function stats(current: Current): RdmaStats | undefined {
  const text = current("rdma.current");
  return text === undefined ? undefined : parseNestedKeyed(text);
}
