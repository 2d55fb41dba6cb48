import { type Program, step } from "@wb/syscall";
import type { NetworkOptions } from "../network-options.ts";
import { readNetwork } from "./network-store.ts";
import { wantedPorts } from "./wanted-ports.ts";

/** What `wb explain run` says of networks: messages to the kernel, netlink(7), as the commands that send the same. */
export function networkSteps(options: NetworkOptions): Program {
  const { net } = options;
  const names = net.mode === "networks" ? net.networks : [];
  return [
    ...names.flatMap((name, index) => linkSteps(name, `eth${index}`, index === 0)),
    ...wantedPorts(options).map(({ hostAddress, hostPorts, containerPort, protocol }) => {
      const port = hostPorts?.first ?? "PORT";
      const key = hostAddress === undefined ? `${protocol} . ${port}` : `${hostAddress} . ${protocol} . ${port}`;
      const set = hostAddress === undefined ? "everywhere4" : "published4";
      return step(
        `publish the container's port ${containerPort}`,
        [],
        `nft create element inet wb ${set} '{ ${key} : ADDRESS . ${containerPort} }'`,
      );
    }),
  ];
}

function linkSteps(name: string, link: string, isWayOut: boolean): Program {
  const network = readNetwork(name);
  const { bridge = "BRIDGE", internal = false } = network ?? {};
  const [pool] = network?.pools ?? [];
  const gateway = pool?.gateway ?? "GATEWAY";
  const length = pool?.subnet.split("/")[1] ?? "LENGTH";
  return [
    step(
      `the bridge of the network ${name}, where it is not there yet`,
      [],
      `ip link add ${bridge} up type bridge; ip addr add ${gateway}/${length} dev ${bridge}`,
    ),
    step(
      "a link in the container's network namespace, with its other end in this one",
      [],
      `ip -n NETNS link add ${link} up type veth peer VETH netns $$; ip -n NETNS addr add ADDRESS/${length} dev ${link}${
        isWayOut && !internal ? `; ip -n NETNS route add default via ${gateway}` : ""
      }`,
    ),
    step("that end becomes a port of the bridge", [], `ip link set VETH master ${bridge} up`),
  ];
}
