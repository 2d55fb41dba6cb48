// A server that answers each message with who asked and what it was asked, on TCP and UDP; or one question, and its answer.
import dgram from "node:dgram";
import net from "node:net";

const [role, address, port, what = "tcp", word = "hello"] = process.argv.slice(2);
const type = net.isIPv6(address) ? "udp6" : "udp4";

if (role === "serve") {
  const udp = dgram.createSocket({ type, ipv6Only: type === "udp6" });
  udp.on("message", (text, { address: from, port: back }) => udp.send(`${from} ${text}`, back, from));
  const tcp = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (text) => socket.end(`${socket.remoteAddress} ${text}`));
  });
  udp.bind(Number(port), address, () =>
    tcp.listen({ port: Number(port), host: address, ipv6Only: true }, () => process.stdout.write("ready\n")),
  );
} else {
  const answer = (text) => {
    process.stdout.write(`${text}\n`);
    process.exit(0);
  };
  const refused = (error) => {
    process.stdout.write(`${error.code ?? "no answer"}\n`);
    process.exit(1);
  };
  setTimeout(refused, 2500, {});
  if (what === "udp") {
    const socket = dgram.createSocket(type);
    socket.on("message", answer).on("error", refused);
    socket.connect(Number(port), address, () => socket.send(word));
  } else {
    const socket = net.connect({ port: Number(port), host: address });
    socket.on("data", answer).on("error", refused);
    socket.write(word);
  }
}
