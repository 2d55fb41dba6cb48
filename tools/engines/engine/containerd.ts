import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { prelude } from "./prelude.ts";
import type { EnginePlace, Running } from "./running.ts";

/** containerd without CRI, driven by ctr; containers have the root itself, read and written by one after the other. */
export function startContainerd({ place, root }: EnginePlace): Running {
  const directory = join(place, "containerd");
  mkdirSync(directory);
  const [file, socket] = [join(directory, "config.toml"), join(directory, "sock")];
  const lines = [
    "version = 2",
    `root = "${directory}/root"`,
    `state = "/run/containerd"`,
    `disabled_plugins = ["io.containerd.grpc.v1.cri"]`,
    `[grpc]`,
    `address = "${socket}"`,
  ];
  writeFileSync(file, lines.join("\n"));
  const daemon = startDaemon({
    argv: ["containerd", "--config", file],
    log: join(directory, "log"),
    ready: ["ctr", "--address", socket, "version"],
  });
  return {
    prelude: `export CONTAINERD_ADDRESS=${socket} R=${root}\n${PRELUDE}`,
    warmUp: "run --rm --rootfs $R $C true",
    clean: CLEAN,
    [Symbol.dispose]: () => daemon[Symbol.dispose](),
  };
}

const CLEAN = `ctr task ls -q | xargs -r -n 1 ctr task resume >/dev/null 2>&1
ctr task ls -q | xargs -r -n 1 ctr task rm --force >/dev/null
ctr container ls -q | xargs -r ctr container rm`;

const PRELUDE = `${prelude}
pid() { ctr task ls | awk -v id=$C '$1 == id { print $2 }'; }
# A root file system by itself has no environment.
run() { ctr run --runc-binary $RUNTIME --env PATH=/bin "$@"; }
state() { ctr task ls | awk -v id=$C '$1 == id { print $3 }'; }
is() { [ "$(state)" = "$1" ]; }
`;
