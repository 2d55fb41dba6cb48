import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";

leavesHostUnchanged();

const rootless = requires("root", "init_userns", "userns", "command:newuidmap", "command:newgidmap", "command:setpriv");

/** What a script prints of an ordinary user to whom /etc/subuid and /etc/subgid give ids; they are others outside of it. */
function outputOf(script: string): unknown {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  const [subuid, subgid] = [join(directory.path, "subuid"), join(directory.path, "subgid")];
  writeFileSync(subuid, "65534:100000:65536\n65534:300000:10\n");
  writeFileSync(subgid, "65534:200000:65536\n");
  const become = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  const shell = `mount --bind ${subuid} /etc/subuid && mount --bind ${subgid} /etc/subgid && exec ${become} "$@"`;
  const text = `
    import { readFileSync } from "node:fs";
    import { text } from "node:stream/consumers";
    import { spawn } from "@wb/ns";
    const outputOf = async (options, ...argv) => {
      const box = await spawn(argv, { namespaces: ["user"], stdio: ["ignore", "pipe", "inherit"], ...options });
      return (await text(box.stdout)).trim().split("\\n").map((line) => line.trim().split(/ +/).join(" "));
    };
    const refusalOf = (options) => spawn(["/bin/true"], { namespaces: ["user"], ...options }).then(() => "none", ({ message, cause }) => [message, cause?.message]);
    const own = [{ inside: 0, outside: 65534, count: 1 }];
    ${script}
    if (readFileSync("/proc/thread-self/children", "utf8") !== "") throw new Error("a process is left");
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", text];
  const { stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", shell, "sh", ...node], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
  });
  if (stderr !== "") throw new Error(stderr);
  return JSON.parse(stdout);
}

rootless("spawn() has newuidmap and newgidmap map what an ordinary user was given", () => {
  const maps = `{
    uidMap: [...own, { inside: 1, outside: 100_000, count: 65_536 }, { inside: 70_000, outside: 300_000, count: 10 }],
    gidMap: [...own, { inside: 1, outside: 200_000, count: 65_536 }],
  }`;
  const read = `"cat", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups"`;
  expect(outputOf(`console.log(JSON.stringify(await outputOf(${maps}, ${read})));`)).toEqual([
    "0 65534 1",
    "1 100000 65536",
    "70000 300000 10",
    "0 65534 1",
    "1 200000 65536",
    "allow",
  ]);
  const user = "{ uid: 1000, gid: 1000, groups: [5] }";
  expect(outputOf(`console.log(JSON.stringify(await outputOf({ ...${maps}, user: ${user} }, "id", "-G")));`)).toEqual([
    "1000 5",
  ]);
});

rootless(
  "spawn() denies setgroups(2) when it maps the own group alone, and writes no map of its own groups otherwise",
  () => {
    const read = `"cat", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups"`;
    const uidMap = "[...own, { inside: 1, outside: 100_000, count: 10 }]";
    expect(
      outputOf(`console.log(JSON.stringify(await outputOf({ uidMap: ${uidMap}, gidMap: own }, ${read})));`),
    ).toEqual(["0 65534 1", "1 100000 10", "0 65534 1", "deny"]);
    expect(
      outputOf(`console.log(JSON.stringify(await refusalOf({ uidMap: own, gidMap: own, setgroups: "allow" })));`),
    ).toEqual(['the gid_map "0 65534 1" was refused', "EPERM: operation not permitted, write"]);
  },
);

rootless("spawn() says with newuidmap's own words why a range is refused, and leaves nothing running", () => {
  expect(
    outputOf(`
      const foreign = [{ inside: 0, outside: 5000, count: 10 }];
      console.log(JSON.stringify([
        await refusalOf({ uidMap: foreign, gidMap: own }),
        await refusalOf({ uidMap: own, gidMap: foreign }),
        await refusalOf({ uidMap: [{ inside: 0, outside: 100_000, count: 65_537 }] }),
      ]));
    `),
  ).toEqual([
    ['the uid_map "0 5000 10" was refused', "newuidmap: uid range [0-10) -> [5000-5010) not allowed"],
    ['the gid_map "0 5000 10" was refused', "newgidmap: gid range [0-10) -> [5000-5010) not allowed"],
    ['the uid_map "0 100000 65537" was refused', "newuidmap: uid range [0-65537) -> [100000-165537) not allowed"],
  ]);
});

rootless("spawn() says so when newuidmap is not there", () => {
  expect(
    outputOf(`
      process.env.PATH = "/nowhere";
      console.log(JSON.stringify(await refusalOf({ uidMap: [{ inside: 0, outside: 100_000, count: 2 }] })));
    `),
  ).toEqual([
    'the uid_map "0 100000 2" was refused',
    "newuidmap cannot be run, which maps ids for an unprivileged user",
  ]);
});
