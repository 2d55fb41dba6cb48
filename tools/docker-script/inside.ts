/** What runs in the machine of the script: inside.ts PLACE [--verbose]; its status is the number of lines that differ without a reason. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot } from "@wb/testing";
import { startDocker } from "../engines/engine/docker.ts";
import { compareLine, type Shown } from "./compare-line.ts";
import { lines } from "./lines.ts";
import { plain } from "./plain.ts";
import { describe, summary } from "./report.ts";

process.exitCode = main(process.argv.slice(2));

function main([place = "", ...options]: readonly string[]): number {
  using root = busyboxRoot();
  chmodSync(root.path, 0o755);
  using engine = startDocker({ place, runtimes: ["/usr/sbin/runc"], root: root.path });
  const [ofDocker, ofWb] = ["docker", "wb"].map((name) => {
    const directory = join(place, `as-${name}`);
    mkdirSync(directory);
    return directory;
  }) as [string, string];
  const wb = join(import.meta.dirname, "../../wb");
  const preludes = {
    docker: `${engine.prelude}\nI=busybox D=${ofDocker}`,
    wb: `export WB_ROOT=${ofWb}/root WB_STATE=${ofWb}/state; docker() { ${wb} "$@"; }; I='--rootfs ${root.path}:O' D=${ofWb}`,
  };
  const clear = (text: string): string =>
    plain(text, { place: [ofDocker, ofWb], image: `${root.path}:O`, directory: place });
  const results = lines.map((line) => {
    const [docker, own] = (["docker", "wb"] as const).map((name) =>
      shown(`${preludes[name]}\nN='--network none'\n${line.line}`, clear),
    ) as [Shown, Shown];
    const result = compareLine(line, docker, own);
    const text = describe(result, { verbose: options.includes("--verbose") });
    if (text !== "") console.log(text);
    return result;
  });
  console.log(`\n${summary(results)}`);
  return results.filter(({ verdict }) => verdict === "wrong").length;
}

function shown(script: string, clear: (text: string) => string): Shown {
  const env = { ...process.env, LC_ALL: "C.UTF-8", TERM: "dumb", HOME: "/root" };
  const child = spawnSync("timeout", ["--kill-after=5", "60", "sh", "-c", script], {
    env,
    encoding: "utf8",
    input: "",
  });
  return { status: child.status ?? 128, stdout: clear(child.stdout), stderr: clear(child.stderr) };
}
