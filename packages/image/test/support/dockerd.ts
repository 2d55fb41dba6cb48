import { spawnSync } from "node:child_process";
import { output, temporaryDirectory } from "@wb/testing";

/**
 * What a shell script prints that has a dockerd of its own, which ends with it: in namespaces of their own, with an empty store.
 *
 * @param words are $1 and so on
 */
export function withDockerd(script: string, ...words: readonly string[]): string {
  using place = temporaryDirectory("wb-docker-");
  try {
    return output([
      "unshare",
      "--mount",
      "--net",
      "--propagation=private",
      "sh",
      "-c",
      DAEMON,
      place.path,
      script,
      ...words,
    ]);
  } finally {
    // What its storage driver has mounted went with the namespace.
    spawnSync("rm", ["-rf", `${place.path}/data`]);
  }
}

const DAEMON = `set -e
ip link set lo up
mount -t tmpfs tmpfs /run
dockerd --data-root "$0/data" --exec-root /run/docker --pidfile "$0/pid" -H "unix://$0/sock" --bridge none --iptables=false --ip6tables=false >"$0/log" 2>&1 &
daemon=$!
export DOCKER_HOST="unix://$0/sock" DOCKER_CONFIG="$0/config"
until docker version >/dev/null 2>&1; do kill -0 $daemon || { cat "$0/log" >&2; exit 1; }; sleep 0.1; done
script=$1; shift
set +e
sh -ec "$script" sh "$@"
status=$?
kill $daemon; wait $daemon
exit $status`;
