import { awaitParent, untraced } from "@wb/ns";
import { call, PR, type Program, step, tell } from "@wb/syscall";

/** The Steps with which a container has wb connect it, once it is in its network namespace, and waits for that while its root is still the machine's. */
export const waitForNetworks: { readonly begun: Program; readonly mounted: Program } = {
  begun: [tell("mounted")],
  mounted: [awaitParent("wait until it is connected to its networks")],
};

/**
 * The same where another program of the user connects it: until then others of the user may open its namespaces, which no process can that its
 * program was executed before it entered its user namespace. In a pid namespace of others this is nothing to do.
 */
export const waitForUserMode: typeof waitForNetworks = {
  begun: [
    step("let programs of the user open the namespaces", [call("prctl", PR.SET_DUMPABLE, 1)]),
    ...waitForNetworks.begun,
  ],
  mounted: [...waitForNetworks.mounted, untraced],
};

export interface UserModeOptions {
  /** Connects a container without hooks by a program of the user, when its first process is in its network namespace. */
  readonly network?: ((pid: number) => void) | undefined;
}
