import { closeSync, openSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseMountinfo } from "@wb/rootfs";
import type { Contender } from "./contender.ts";
import type { Places } from "./peers.ts";

/** What a command finds in its container, by topic: seen from inside, not what the tool says of itself. */
export type Isolation = Readonly<Record<Topic, readonly string[]>>;

export const TOPICS = ["namespaces", "mounts", "/dev", "privileges", "cgroup"] as const;
type Topic = (typeof TOPICS)[number];

/** Runs a script in a container as the benchmark runs its command, and reads what it prints. */
export async function observe(contender: Contender, { scratch }: Places): Promise<Isolation> {
  const file = join(scratch, "observed");
  const stdout = openSync(file, "w");
  try {
    await contender.prepare({ argv: ["/bin/sh", "-c", SCRIPT], stdout })();
  } finally {
    closeSync(stdout);
  }
  const [namespaces = "", mountinfo = "", dev = "", status = "", limit = ""] = readFileSync(file, "utf8").split("--\n");
  return {
    namespaces: newNamespaces(namespaces),
    mounts: mounts(mountinfo),
    "/dev": linesOf(dev),
    privileges: privileges(status),
    cgroup: [
      Number(limit) > 0 && Number(limit) < 2 ** 60 ? `its own, memory limit ${Number(limit) >> 20} MB` : "the caller's",
    ],
  };
}

const SCRIPT = `cd /proc/self/ns; for name in *; do echo $name $(readlink $name); done; echo --
cat /proc/self/mountinfo; echo --
ls /dev; echo --
cat /proc/self/status; echo --
cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true`;

function newNamespaces(text: string): string[] {
  const hosts = new Set(readdirSync("/proc/self/ns").map((name) => readlinkSync(`/proc/self/ns/${name}`)));
  return linesOf(text)
    .map((line) => line.split(" "))
    .flatMap(([name = "", link = ""]) => (hosts.has(link) || name.endsWith("_for_children") ? [] : [name]));
}

function mounts(text: string): string[] {
  const groups = Map.groupBy(parseMountinfo(text), ({ mountPoint, type, options }) =>
    [dirname(mountPoint), type, options.includes("ro") ? "ro" : "rw"].join(" "),
  );
  return [...groups]
    .map(([key, members]) => {
      const [directory = "", ...rest] = key.split(" ");
      const names = members.map(({ mountPoint }) => basename(mountPoint)).toSorted();
      return [join(directory, names.length === 1 ? names.join() : `{${names.join(",")}}`), ...rest].join(" ");
    })
    .toSorted();
}

function privileges(status: string): string[] {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\w+)$`, "mu").exec(status)?.[1] ?? "?";
  const count = (name: string): number =>
    BigInt(`0x${field(name)}`)
      .toString(2)
      .replaceAll("0", "").length;
  return [
    `${count("CapEff")} capabilities (bounding set ${count("CapBnd")})`,
    `no_new_privs ${field("NoNewPrivs")}`,
    `seccomp ${field("Seccomp")}`,
  ];
}

function linesOf(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
