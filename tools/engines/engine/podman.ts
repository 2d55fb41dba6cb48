import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { prelude } from "./prelude.ts";
import type { EnginePlace, Running } from "./running.ts";

/** podman has no daemon: its store and its settings. */
export function startPodman({ place, root, runtimes }: EnginePlace): Running {
  const directory = join(place, "podman");
  mkdirSync(join(directory, "home"), { recursive: true });
  writeFileSync(join(directory, "containers.conf"), conf(runtimes.map((path) => basename(path))));
  writeFileSync(
    join(directory, "storage.conf"),
    `[storage]\ndriver = "overlay"\ngraphroot = "${directory}/root"\nrunroot = "/run/podman/storage"\n`,
  );
  const stores = `--root ${directory}/root --runroot /run/podman/storage --tmpdir /run/podman/tmp --cgroup-manager cgroupfs --events-backend file`;
  const environment = `export HOME=${directory}/home CONTAINERS_CONF=${directory}/containers.conf CONTAINERS_STORAGE_CONF=${directory}/storage.conf
pod_words() { echo podman ${stores} --runtime "$RUNTIME"; }
pod() { podman ${stores} --runtime "$RUNTIME" "$@"; }`;
  const image = `${environment}\nRUNTIME=runc; tar -C ${root} -c . | pod import --quiet - busybox`;
  const { status, stderr } = spawnSync("sh", ["-c", image]);
  if (status !== 0) throw new Error(`podman import: ${stderr.toString()}`);
  return {
    prelude: `${environment}\n${PRELUDE}`,
    warmUp: "run --rm $I true",
    clean: CLEAN,
    [Symbol.dispose]: () => {},
  };
}

/** Root without CAP_SYS_RESOURCE cannot raise the limits that podman asks for. */
const conf = (runtimes: readonly string[]): string => `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "none"
[engine]
runtime_supports_nocgroup = ${JSON.stringify(runtimes)}
infra_image = "busybox"
infra_command = "sleep 1000"
`;

const CLEAN = `pod unpause --all >/dev/null 2>&1
pod rm --all --force --time 0 --volumes >/dev/null
pod pod rm --all --force >/dev/null`;

const PRELUDE = `${prelude}
pid() { inspect '{{.State.Pid}}'; }
run() { pod run --name $C "$@"; }
inspect() { pod inspect --format "$1" $C; }
state() { inspect '{{.State.Status}} running={{.State.Running}} paused={{.State.Paused}} oom={{.State.OOMKilled}} exit={{.State.ExitCode}} error={{.State.Error}}'; }
is() { [ "$(inspect '{{.State.Status}}')" = "$1" ]; }
says() { pod logs $C 2>&1 | grep -q "$1"; }
`;
