// Sends back what comes to port 80 by UDP, of IPv4 and IPv6.
import dgram from "node:dgram";

for (const type of ["udp4", "udp6"]) {
  const socket = dgram.createSocket({ type, ipv6Only: type === "udp6" });
  socket.on("message", (text, { address, port }) => socket.send(text, port, address)).on("error", () => {});
  socket.bind(80);
}
