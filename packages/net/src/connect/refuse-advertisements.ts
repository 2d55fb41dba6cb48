import { AT_FDCWD, call, ignoring, into, O, type Program, step, value } from "@wb/syscall";
import type { Netns } from "../netlink/netns.ts";
import { runInNetns } from "../netlink/run-in-netns.ts";

/**
 * Has a link take no router advertisements: by one any container of a bridge could become the router of the others, and of the machine
 * (CVE-2020-13401). `default` are the links that are made later. Nothing happens without IPv6, and where /proc/sys is read-only.
 *
 * Equivalent to `sysctl net.ipv6.conf.LINK.accept_ra=0`
 */
export function refuseAdvertisements(link: string, netns: Netns | undefined): void {
  runInNetns(netns, advertisementsOff(link));
}

/** The same as Steps, for a thread in the namespace. */
export function advertisementsOff(link: string): Program {
  const path = `/proc/sys/net/ipv6/conf/${link}/accept_ra`;
  return [
    step("switch router advertisements off", [
      into(FILE, ignoring(call("openat", AT_FDCWD, path, O.WRONLY | O.CLOEXEC, 0))),
      ignoring(call("write", value(FILE), "0", 1)),
      ignoring(call("close", value(FILE))),
    ]),
  ];
}

const FILE = "accept_ra";
