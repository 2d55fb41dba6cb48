// A shell, or another command, in a root file system of its own: container.ts ROOT [COMMAND…]
import { spawn } from "@wb/ns";
import { defaultDev, hostname, proc, switchRoot, tmpfs } from "@wb/rootfs";

const [root = "/srv/root", command = "sh", ...args] = process.argv.slice(2);
await using box = await spawn([command, ...args], {
  namespaces: ["mount", "pid", "net", "ipc", "uts"],
  setup: [...switchRoot(root, { mounts: [proc(), defaultDev(), tmpfs("/tmp")] }), hostname("box")],
  cwd: "/",
});
process.exitCode = (await box.wait()).code ?? 1;
