import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bridgeNetworkUp, connect, linkSet, netnsAdd, netnsDelete, netnsList } from "@wb/net";
import { byChildProcess, type Runner } from "../contender.ts";

export interface Machines extends AsyncDisposable {
  readonly host: string;
  /** A namespace that nothing was done with yet, by its name. */
  readonly next: () => string;
}

/** A namespace with a bridge, and as many without anything as there are runs. */
export function machines(count: number): Machines {
  const prefix = `wb-bench-${process.pid}-`;
  const [host, ...others] = Array.from({ length: count + 1 }, (_, index) => `${prefix}${index}`) as [
    string,
    ...string[],
  ];
  for (const name of [host, ...others]) netnsAdd(name);
  linkSet("lo", { up: true }, { netns: host });
  bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16"] }, { netns: host });
  return {
    host,
    next: () => {
      const name = others.pop();
      if (name === undefined) throw new Error("there are more runs than namespaces");
      return name;
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of netnsList()) if (name.startsWith(prefix)) netnsDelete(name);
    },
  };
}

export function connectByWb({ host, next }: Machines): Runner {
  let number = 0;
  return async () => {
    const address = addressOf((number += 1));
    connect(
      { netns: next(), host: `w${number}`, bridge: "wb0", addresses: [`${address}/16`], gateways: ["10.88.0.1"] },
      { netns: host },
    );
  };
}

/** The same by ip(8): one process for each side. */
export function connectByIp({ host, next }: Machines, directory: string): Runner {
  let number = 0;
  return async () => {
    const netns = next();
    const address = addressOf((number += 1) + 30_000);
    const inside = join(directory, "inside");
    const outside = join(directory, "outside");
    writeFileSync(
      inside,
      `link set lo up\nlink add eth0 up type veth peer name i${number} netns ${host}\naddr add ${address}/16 broadcast + dev eth0\nroute add default via 10.88.0.1\n`,
    );
    writeFileSync(outside, `link set i${number} master wb0 up\nlink set i${number} type bridge_slave hairpin on\n`);
    const job = { argv: ["true"] as const };
    await byChildProcess(["ip", "-n", netns, "-batch", inside], job)();
    await byChildProcess(["ip", "-n", host, "-batch", outside], job)();
  };
}

function addressOf(number: number): string {
  return `10.88.${1 + (number >> 8)}.${number & 0xff}`;
}
