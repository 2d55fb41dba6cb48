import type { NetFlags } from "./net-spec.ts";

/** What of any link can be set, when it is made and later: ip-link(8). */
export const LINK_FLAGS: NetFlags<"mtu" | "address" | "master", "up"> = {
  up: { type: "boolean", help: "Set it up" },
  mtu: { type: "string", value: "BYTES", help: "The largest packet" },
  address: { type: "string", value: "MAC", help: "The hardware address: 02:42:ac:11:00:02" },
  master: { type: "string", value: "BRIDGE", values: "link", help: "Make it a port of this bridge" },
};
