import { bridgeNetworkUp, linkSet, netnsAdd, netnsDelete, netnsList } from "@wb/net";

export interface Machines extends Disposable {
  /** A namespace that nothing was done with yet, by its name. */
  readonly next: () => string;
}

/** A bridge in this namespace, and as many without anything as there are runs. */
export function machines(count: number): Machines {
  const prefix = `wb-bench-${process.pid}-`;
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  names.forEach(netnsAdd);
  linkSet("lo", { up: true });
  bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16"] });
  return {
    next: () => {
      const name = names.pop();
      if (name === undefined) throw new Error("there are more runs than namespaces");
      return name;
    },
    [Symbol.dispose]: () => {
      for (const name of netnsList()) if (name.startsWith(prefix)) netnsDelete(name);
    },
  };
}

/** Of the runs of a contender: no two have the same. */
export function addressOf(number: number): string {
  return `10.88.${1 + (number >> 8)}.${number & 0xff}`;
}
