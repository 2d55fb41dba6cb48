import { AT_FDCWD, call, ignoring, into, O, step, value } from "@wb/syscall";
import type { Netns } from "../netlink/netns.ts";
import { runInNetns } from "../netlink/run-in-netns.ts";

/**
 * Has a link take no router advertisements: from those of a container with CAP_NET_RAW the machine would take its routes (CVE-2020-13401). rtnetlink(7)
 * has no attribute for it. Without IPv6 there is nothing to do.
 *
 * Equivalent to `sysctl net.ipv6.conf.LINK.accept_ra=0`
 */
export function refuseAdvertisements(link: string, netns?: Netns): void {
  const path = `/proc/sys/net/ipv6/conf/${link}/accept_ra`;
  runInNetns(netns, [
    step(
      "refuse router advertisements",
      [
        into("sysctl", ignoring(call("openat", AT_FDCWD, path, O.WRONLY | O.CLOEXEC, 0), "ENOENT")),
        { jump: "none", when: { value: "sysctl", lessThan: 0 } },
        call("write", value("sysctl"), "0", 1),
        call("close", value("sysctl")),
        { label: "none" },
      ],
      `sysctl net.ipv6.conf.${link}.accept_ra=0`,
    ),
  ]);
}
