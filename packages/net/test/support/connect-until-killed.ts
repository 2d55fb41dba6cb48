// Connects a namespace to a bridge and takes it back, over and over, until somebody kills it: CONNECT HOST NETNS DIRECTORY
import { allocate, connect, disconnect, natAddNetworks, publish, release, unpublish } from "../../src/index.ts";

const [host = "", netns = "", directory = ""] = process.argv.slice(2);
const where = { netns: host };
process.stdout.write("ready\n");
for (;;) {
  const address = allocate(directory, { subnet: "10.88.0.0/16" }, "killed");
  const port = { port: 8080, to: { address, port: 80 } };
  natAddNetworks([{ bridge: "wb0", subnets: ["10.88.0.0/16"] }], where);
  connect({ netns, host: "killed0", bridge: "wb0", addresses: [`${address}/16`], gateways: ["10.88.0.1"] }, where);
  publish([port], where);
  unpublish([port], where);
  disconnect({ host: "killed0" }, where);
  release(directory, address);
}
