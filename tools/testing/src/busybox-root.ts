import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

const places = ["/usr/bin/busybox", "/bin/busybox"];
const directories = ["bin", "dev", "etc", "proc", "root", "sys", "tmp", "var"];

/**
 * A small root file system in a temporary directory: Debian's static busybox with all its applets, and root in /etc/passwd.
 * Tests that use it need `requires("command:busybox")`.
 *
 * @example
 * using root = busyboxRoot();
 * spawnSync("chroot", [root.path, "/bin/sh", "-c", "ls /"]);
 */
export function busyboxRoot(): TemporaryDirectory {
  const busybox = places.find((path) => existsSync(path));
  if (busybox === undefined) throw new Error(`busybox is in none of ${places.join(", ")}; install busybox-static`);
  const root = temporaryDirectory("wb-root-");
  const inside = (path: string): string => join(root.path, path);

  chmodSync(root.path, 0o755); // mkdtemp's 0700 would shut out the container's other users
  for (const name of directories) mkdirSync(inside(name));
  chmodSync(inside("tmp"), 0o1777);
  copyFileSync(busybox, inside("bin/busybox"));
  for (const applet of applets(busybox)) symlinkSync("busybox", inside(`bin/${applet}`));
  writeFileSync(inside("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
  writeFileSync(inside("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
  return root;
}

function applets(busybox: string): string[] {
  const { stdout } = spawnSync(busybox, ["--list"], { encoding: "utf8" });
  return stdout.split("\n").filter((name) => name !== "" && name !== "busybox");
}
