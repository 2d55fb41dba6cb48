import { closeTarget, type Mount, mount, openExisting, openTarget } from "@wb/rootfs";
import { address, AT, call, memory, type Program, STATX, step, value } from "@wb/syscall";

/** Where no mode is asked for, a tmpfs has that of the directory that it hides, if there is one: so does runc. */
export function tmpfsMount(wanted: Mount): Program {
  const { destination, options = [] } = wanted;
  const hasMode = options.some((word) => word.startsWith("mode="));
  if (hasMode || options.includes("remount") || options.includes("tmpcopyup")) return [mount(wanted)];
  const hidden = `hidden:${destination}`;
  return [
    step(`look at the mode of ${destination}`, [
      memory(hidden, STATX_SIZE),
      ...openExisting(destination, "missing"),
      call("statx", value("target"), "", AT.EMPTY_PATH, STATX.MODE, address(hidden)),
      ...closeTarget,
      { label: "missing" },
    ]),
    mount(wanted),
    step(
      `give the tmpfs on ${destination} that mode`,
      [
        { jump: "default", when: { value: hidden, offset: STX_MODE, mask: 0o170_000n, equals: 0 } },
        ...openTarget(destination),
        call("fchmodat", value("target"), ".", value(hidden, STX_MODE, 0o7777n)),
        ...closeTarget,
        { label: "default" },
      ],
      `chmod MODE $ROOT${destination}`,
    ),
  ];
}

/** `struct statx` and its stx_mode, linux/stat.h. */
const STATX_SIZE = 256;
const STX_MODE = 28;
