import type { PortProtocol } from "../nat/port-protocols.ts";

/** The programs that give a network namespace a network without privileges: pasta(1) of passt, slirp4netns(1). The first is preferred. */
export const USER_MODE_PROGRAMS = ["pasta", "slirp4netns"] as const;

export type UserModeProgram = (typeof USER_MODE_PROGRAMS)[number];

/** A port of this machine that leads to one of the namespace. */
export interface UserModePort {
  /** Of this machine; "": each of its addresses. */
  readonly address: string;
  readonly port: number;
  readonly containerPort: number;
  readonly protocol: PortProtocol;
}

/** What both programs give: slirp4netns's own. It is not this machine's address, which so is reached from inside. */
export const USER_MODE = {
  link: "eth0",
  address: "10.0.2.100",
  prefix: 24,
  gateway: "10.0.2.2",
  /** Who asks this machine's servers, also those on its loopback. */
  nameserver: "10.0.2.3",
  address6: "fd00::100",
  gateway6: "fd00::2",
} as const;
