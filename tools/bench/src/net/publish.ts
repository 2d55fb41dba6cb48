import { natReload, publish } from "@wb/net";
import { byChildProcess, type Runner } from "../contender.ts";

const to = { address: "10.88.0.2", port: 80 };

/** A table in which as many ports are published already. */
export function published(count: number): void {
  const ports = Array.from({ length: count }, (_, index) => ({ port: 1000 + index, to }));
  natReload({ networks: [{ bridge: "wb0", subnets: ["10.88.0.0/16"] }], ports });
}

export function publishByWb(): Runner {
  let port = 20_000;
  return async () => publish([{ port: (port += 1), to }]);
}

/** The same by nft(8). */
export function publishByNft(): Runner {
  let port = 40_000;
  return () => {
    const element = `{ tcp . ${(port += 1)} : ${to.address} . ${to.port} }`;
    return byChildProcess(["nft", `create element inet wb everywhere4 ${element}`], { argv: ["true"] })();
  };
}
