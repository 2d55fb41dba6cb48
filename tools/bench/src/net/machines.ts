import { bridgeNetworkUp, linkDelete, linkFind, linkSet, netnsAdd, netnsDelete } from "@wb/net";
import { RUNS } from "./runs.ts";

export interface Machines extends Disposable {
  /** A namespace that is not connected, by its name. */
  readonly next: () => string;
}

/**
 * A bridge in this namespace, and as many others as there are runs in a turn. They are taken from the bridge again before the next turn, in its
 * run that does not count: what is sent by one is sent to all that are on a bridge.
 */
export function machines(): Machines {
  const names = Array.from({ length: RUNS + 1 }, (_, index) => `wb-bench-${process.pid}-${index}`);
  names.forEach((name) => netnsAdd(name));
  linkSet("lo", { up: true });
  bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16"] });
  let calls = 0;
  return {
    next: () => {
      const index = calls % names.length;
      calls += 1;
      if (index === 0)
        for (const netns of names) if (linkFind("eth0", { netns }) !== undefined) linkDelete("eth0", { netns });
      return names[index] ?? "";
    },
    [Symbol.dispose]: () => names.forEach((name) => netnsDelete(name)),
  };
}

/** Of the runs of a contender: no two have the same. */
export function addressOf(number: number): string {
  return `10.88.${1 + (number >> 8)}.${number & 0xff}`;
}
