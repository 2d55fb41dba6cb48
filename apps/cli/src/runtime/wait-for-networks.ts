import { awaitParent } from "@wb/ns";
import { type Program, tell } from "@wb/syscall";

/** The Steps with which a container has wb connect it, once it is in its network namespace, and waits for that while its root is still the machine's. */
export const waitForNetworks: { readonly begun: Program; readonly mounted: Program } = {
  begun: [tell("mounted")],
  mounted: [awaitParent("wait until it is connected to its networks")],
};
