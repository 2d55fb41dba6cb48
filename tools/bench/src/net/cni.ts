import { spawn } from "node:child_process";
import type { Runner } from "../contender.ts";
import { addressOf, type Machines } from "./machines.ts";

/** Where Debian has the plugins. */
export const CNI = "/usr/lib/cni";

/** The same by CNI's bridge plugin, which runs the one for static addresses: containerd's and CRI-O's way. No rules are asked for. */
export function connectByCni({ next }: Machines): Runner {
  let number = 0;
  return async () => {
    const netns = next();
    const address = addressOf((number += 1) + 50_000);
    const configuration = {
      cniVersion: "0.4.0",
      name: "bench",
      type: "bridge",
      bridge: "wb0",
      hairpinMode: true,
      ipam: {
        type: "static",
        addresses: [{ address: `${address}/16`, gateway: "10.88.0.1" }],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    };
    const env = {
      CNI_COMMAND: "ADD",
      CNI_CONTAINERID: netns,
      CNI_NETNS: `/run/netns/${netns}`,
      CNI_IFNAME: "eth0",
      CNI_PATH: CNI,
    };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(`${CNI}/bridge`, { env, stdio: ["pipe", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${CNI}/bridge: exit status ${code}`));
    });
    child.stdin.end(JSON.stringify(configuration));
    return promise;
  };
}
