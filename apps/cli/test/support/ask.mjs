// ask.mjs tcp|udp ADDRESS PORT: what a web server, or one of UDP that sends everything back, answers; or how there is no answer.
import dgram from "node:dgram";
import net from "node:net";

const [what, address, port] = process.argv.slice(2);
const end = (text) => {
  process.stdout.write(text);
  process.exit(0);
};
setTimeout(() => end("no answer"), 2500);
if (what === "udp") {
  const socket = dgram.createSocket(net.isIPv6(address) ? "udp6" : "udp4");
  socket.on("message", (text) => end(String(text))).on("error", ({ code }) => end(code));
  // A packet may be lost: the first one to an address waits for ARP.
  socket.connect(
    Number(port),
    address,
    () => setInterval(() => socket.send("echo"), 300).unref() && socket.send("echo"),
  );
} else {
  const socket = net.connect({ port: Number(port), host: address });
  let text = "";
  socket.on("data", (data) => (text += data));
  socket.on("end", () => end(text.split("\r\n\r\n").at(-1).trim())).on("error", ({ code }) => end(code));
  socket.write("GET / HTTP/1.0\r\n\r\n");
}
