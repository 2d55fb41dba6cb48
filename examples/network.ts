// A container's network by hand: a veth pair, one end moved into it by its pid, an address for each: network.ts ROOT [COMMAND…]
import { addrAdd, linkAdd, linkDelete, linkSet, routeAdd } from "@wb/net";
import { spawn, sync } from "@wb/ns";
import { defaultDev, proc, switchRoot } from "@wb/rootfs";

const [root = "/srv/root", command = "sh", ...args] = process.argv.slice(2);
try {
  await using box = await spawn([command, ...args], {
    namespaces: ["mount", "pid", "net", "uts"],
    setup: [...sync("created"), ...switchRoot(root, { mounts: [proc(), defaultDev()] })],
    cwd: "/",
    on: {
      created: ({ pid }) => {
        const inside = { netns: pid };
        linkAdd({ name: "wb-hand0", kind: "veth", up: true, peer: { name: "wb-hand1" } }); // ip link add … type veth peer …
        linkSet("wb-hand1", { netns: pid }); // ip link set wb-hand1 netns PID
        addrAdd("10.244.244.1/24", { dev: "wb-hand0" }); // ip addr add … dev wb-hand0
        linkSet("lo", { up: true }, inside); // nsenter -t PID -n ip link set lo up
        linkSet("wb-hand1", { name: "eth0", up: true }, inside);
        addrAdd("10.244.244.2/24", { dev: "eth0" }, inside);
        routeAdd({ to: "default", via: "10.244.244.1" }, inside);
      },
    },
  });
  process.exitCode = (await box.wait()).code ?? 1;
} finally {
  // The pair goes with the container's namespace, a moment after it; or it was never moved.
  try {
    linkDelete("wb-hand0");
  } catch {}
}
