import { sync } from "@wb/ns";
import type { Program } from "@wb/syscall";

/** The Steps with which a container waits until wb has connected it: its network namespace is there, and its root is still the machine's. */
export const waitForNetworks: Program = sync("mounted", { label: "wait until it is connected to its networks" });
