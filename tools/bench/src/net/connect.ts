import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@wb/net";
import { byChildProcess, type Runner } from "../contender.ts";
import { addressOf, type Machines } from "./machines.ts";

export function connectByWb({ next }: Machines): Runner {
  let number = 0;
  return async () => {
    const addresses = [`${addressOf((number += 1))}/16`];
    connect({ netns: next(), host: `w${number}`, bridge: "wb0", addresses, gateways: ["10.88.0.1"] });
  };
}

/** The same by ip(8): one process for each side. */
export function connectByIp({ next }: Machines, directory: string): Runner {
  let number = 0;
  return async () => {
    const netns = next();
    const address = addressOf((number += 1) + 30_000);
    const inside = join(directory, "inside");
    const outside = join(directory, "outside");
    writeFileSync(
      inside,
      `link set lo up\nlink add eth0 up type veth peer name i${number} netns ${process.pid}\naddr add ${address}/16 broadcast + dev eth0\nroute add default via 10.88.0.1\n`,
    );
    writeFileSync(outside, `link set i${number} master wb0 up\nlink set i${number} type bridge_slave hairpin on\n`);
    const job = { argv: ["true"] as const };
    await byChildProcess(["ip", "-n", netns, "-batch", inside], job)();
    await byChildProcess(["ip", "-batch", outside], job)();
  };
}
