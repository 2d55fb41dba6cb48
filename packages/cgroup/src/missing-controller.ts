import { CgroupError } from "./error.ts";
import { hierarchyId, type Layout } from "./layout.ts";

/** The error for a limit whose controller is not there to set it: what is, and what can be done. */
export function missingController(layout: Layout, controller: string, limit: string): CgroupError {
  return new CgroupError(
    "WB_CGROUP_CONTROLLER",
    `${limit} needs the controller ${controller}, ${whereabouts(layout, controller)}; ${whatIsThere(layout)}`,
    {
      hint: remedy(layout, controller),
      value: limit,
    },
  );
}

function whereabouts({ disabled, unmounted }: Layout, controller: string): string {
  if (disabled.includes(controller)) return "which was switched off at boot";
  return unmounted.includes(controller) ? "which is not mounted" : "which this kernel does not have";
}

function whatIsThere({ hierarchies }: Layout): string {
  const places = hierarchies.map((one) => {
    const id = one.version === 1 ? hierarchyId(one) : one.controllers.join(",");
    return `${id === "" ? "nothing" : id} (v${one.version}, ${one.mountpoint})`;
  });
  return places.length === 0 ? "no cgroup file system is mounted" : `mounted are ${places.join(", ")}`;
}

function remedy({ kind, disabled, unmounted }: Layout, controller: string): string {
  if (disabled.includes(controller)) return `boot with cgroup_enable=${controller}, or leave the limit away`;
  if (!unmounted.includes(controller)) return "leave the limit away, or take a kernel that has it";
  if (kind === "none") return "mount -t cgroup2 cgroup2 /sys/fs/cgroup";
  return `mkdir /sys/fs/cgroup/${controller} && mount -t cgroup -o ${controller} cgroup /sys/fs/cgroup/${controller}, or leave the limit away`;
}
