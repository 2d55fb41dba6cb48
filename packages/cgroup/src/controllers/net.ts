import { checkRange, type Controller, write } from "../controller.ts";
import { checkKey } from "../key.ts";
import { writeKeyed } from "../keyed.ts";
import type { NetClsLimits, NetPrioLimits } from "../limits.ts";

/** Documentation/admin-guide/cgroup-v1/net_cls.rst (Linux 2.6.29). On v1 alone; on v2 the firewall matches by path. */
export const netCls: Controller<NetClsLimits, never> = {
  v1: {
    controller: "net_cls",
    writes: ({ classid }) => {
      checkRange("net_cls.classid", classid, 0, U32_MAX);
      return write("net_cls.classid", classid);
    },
  },
};

/** Documentation/admin-guide/cgroup-v1/net_prio.rst (Linux 3.3). On v1 alone. */
export const netPrio: Controller<NetPrioLimits, never> = {
  v1: {
    controller: "net_prio",
    writes: ({ ifpriomap = {} }, current) =>
      Object.entries(ifpriomap).map(([name, priority]) => {
        checkKey("net_prio.ifpriomap", name);
        checkRange(`the priority of ${name} in net_prio.ifpriomap`, priority, 0, U32_MAX);
        return writeKeyed("net_prio.ifpriomap", { key: name, value: String(priority), none: "0" }, current);
      }),
  },
};

const U32_MAX = 2 ** 32 - 1;
