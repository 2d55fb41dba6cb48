import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDocker } from "../../../engines/engine/docker.ts";
import { shell } from "../many/shell.ts";

/** Two containers on one bridge. */
export interface Pair extends Disposable {
  readonly name: string;
  /** From one to the other by TCP for a second, in Gbit/s. */
  readonly measure: () => number;
}

export function wbPair(place: string, root: string): Pair {
  const wb = join(import.meta.dirname, "../../../../wb");
  const directory = join(place, "wb");
  mkdirSync(directory);
  const prelude = `export WB_ROOT=${directory}/root WB_STATE=${directory}/state\nwb() { ${wb} "$@"; }`;
  return pair("wb", { prelude, command: "wb", root: `--rootfs ${root}` });
}

export function dockerPair(place: string, root: string): Pair {
  const docker = startDocker({ place, root, runtimes: ["/usr/sbin/runc"] });
  const made = pair("docker", { prelude: docker.prelude, command: "docker", root: "busybox" });
  return {
    ...made,
    [Symbol.dispose]: () => {
      made[Symbol.dispose]();
      docker[Symbol.dispose]();
    },
  };
}

interface Engine {
  readonly prelude: string;
  readonly command: string;
  readonly root: string;
}

function pair(name: string, { prelude, command, root }: Engine): Pair {
  const say = (script: string): string => shell(`${prelude}\nset -e\n${script}`).trim();
  for (const each of ["server", "client"]) say(`${command} run -d --name ${each} ${root} sleep 1000`);
  const pidOf = (each: string): string => say(`${command} inspect --format '{{.State.Pid}}' ${each}`);
  const [server, client] = [pidOf("server"), pidOf("client")];
  const address = say(`${command} inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' server`);
  const serving = spawn("nsenter", ["-t", server, "-n", "iperf3", "-s"], { stdio: "ignore" });
  say(`until nsenter -t ${client} -n sh -c 'iperf3 -c ${address} -n 1K >/dev/null 2>&1'; do sleep 0.1; done`);
  return {
    name,
    measure: () => gigabits(shell(`nsenter -t ${client} -n iperf3 -c ${address} -t 1 -J`)),
    [Symbol.dispose]: () => {
      serving.kill("SIGKILL");
      say(`${command} rm -f server client`);
    },
  };
}

function gigabits(json: string): number {
  const { end } = JSON.parse(json) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second / 1e9;
}
