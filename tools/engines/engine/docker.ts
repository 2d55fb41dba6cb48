import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { prelude } from "./prelude.ts";
import type { EnginePlace, Running } from "./running.ts";

/** dockerd with its data in the place. The first runtime is its default. */
export function startDocker({ place, runtimes, root }: EnginePlace, extra: readonly string[] = []): Running {
  const directory = join(place, `docker-${basename(runtimes[0] ?? "")}-${extra.length}`);
  mkdirSync(directory, { recursive: true });
  const [file, socket] = [join(directory, "daemon.json"), `unix://${join(directory, "sock")}`];
  // containerd puts sockets below exec-root, whose names may have 108 bytes: unix(7).
  const paths = { "data-root": join(directory, "data"), "exec-root": "/run/docker", pidfile: join(directory, "pid") };
  const named = Object.fromEntries(runtimes.filter((path) => path !== RUNC).map((path) => [nameOf(path), { path }]));
  const settings = { ...paths, runtimes: named, "default-runtime": nameOf(runtimes[0] ?? RUNC), hosts: [socket] };
  writeFileSync(file, JSON.stringify(settings));

  const daemon = startDaemon({
    argv: ["dockerd", "--config-file", file, ...extra],
    log: join(directory, "log"),
    ready: ["docker", "-H", socket, "version"],
  });
  const image = 'tar -C "$1" -c . | docker -H "$2" import --change "CMD [\\"sh\\"]" - busybox';
  const { status, stderr } = spawnSync("sh", ["-c", image, "sh", root, socket]);
  if (status !== 0) throw new Error(`docker import: ${stderr.toString()}`);
  return {
    prelude: `export DOCKER_HOST=${socket} DOCKER_CONFIG=${directory}/config DATA=${directory}/data\n${PRELUDE}`,
    warmUp: "run --rm $I true; NET='--network host'; run --rm $I true",
    clean: CLEAN,
    [Symbol.dispose]: () => daemon[Symbol.dispose](),
  };
}

const RUNC = "/usr/sbin/runc";

/** docker's own runtime is called runc, and no other may be. */
function nameOf(path: string): string {
  return path === RUNC ? "runc" : "other";
}

const CLEAN = `docker ps --all --quiet | xargs -r docker unpause >/dev/null 2>&1
docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
docker network prune --force >/dev/null`;

const PRELUDE = `${prelude}
pid() { inspect '{{.State.Pid}}'; }
if [ "$RUNTIME" = ${RUNC} ]; then NAME=runc; else NAME=other; fi
create() { docker create --runtime $NAME \${NET---network none} --name $C "$@"; }
run() { docker run --runtime $NAME \${NET---network none} --name $C "$@"; }
inspect() { docker inspect --format "$1" \${2:-$C}; }
state() { inspect '{{.State.Status}} running={{.State.Running}} paused={{.State.Paused}} restarting={{.State.Restarting}} oom={{.State.OOMKilled}} dead={{.State.Dead}} exit={{.State.ExitCode}} error={{.State.Error}}'; }
is() { [ "$(inspect '{{.State.Status}}')" = "$1" ]; }
says() { docker logs $C 2>&1 | grep -q "$1"; }
`;
