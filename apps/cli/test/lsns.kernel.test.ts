import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, expect } from "vitest";
import { ours } from "./support/peer.ts";
import { wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const rooted = requires("root", "userns", "command:lsns", "command:script");

/**
 * Runs both tools on the same processes, in a pid namespace of its own where nothing else comes and goes. PID stands for
 * one of them, INODE for a namespace of it.
 */
const script = `
umount -a -t nsfs # util-linux 2.38 leaves out what is only pinned
unshare -Urmpnui -f sh -c 'sleep 4711 & exec sleep 4712' &
perl -e '$0 = "we\\tird \\\\x \\\\y \\303\\251"; sleep 4713' &
until pid=$(pgrep -xf 'sleep 4712') && pgrep -f '^we' > /dev/null && pgrep -xf 'sleep 4711' > /dev/null; do sleep 0.02; done
wb=$1; shift
inode=$(stat -Lc %i /proc/$pid/ns/net)
for args; do
  args=$(printf %s "$args" | sed "s/PID/$pid/; s/INODE/$inode/")
  for tool in lsns "$wb lsns"; do
    $tool $args 2> /dev/null
    printf '= %s\\036' $?
  done
done`;

const VARIANTS = [
  "",
  "-l",
  "-r",
  "-J",
  "-n",
  "-u",
  "--output-all",
  "--output-all -J",
  "--output-all -r",
  "-p PID",
  "-p PID -l",
  "-p PID -r",
  "-p PID -J",
  "-p PID --json -l",
  "-p PID -n",
  "-p PID -o NS,COMMAND,TYPE",
  "-p PID -o +PNS",
  "-p PID -o ns,pid -r",
  "-p PID -o COMMAND,NS",
  "-p PID -T",
  "-p PID -Tparent",
  "-p PID --tree=owner",
  "-p PID -Tprocess",
  "-p PID -T -J",
  "-p PID -T -r",
  "-p PID -T -t pid",
  "-p PID -Tparent -t pid -J",
  "-t net",
  "-t net -W -J",
  "-t pid",
  "-t mnt -o NS,TYPE,PID,COMMAND",
  "-t user -t pid",
  "-t user -T -o NS,TYPE,PID,ONS,PNS,UID,USER",
  "-T -o NS,TYPE,ONS,PNS",
  "-Tparent",
  "INODE",
  "INODE -J",
  "INODE -r",
  "INODE -l",
  "-o PID,NS,COMMAND INODE",
  "INODE --output-all",
  "-p PID INODE",
  "-J -r",
  "-t foo",
  "-o foo",
  "-p x",
  "--bad",
  "x",
  "1234",
  "-T foo",
  "-Tfoo",
];

rooted.for([{ locale: "C.UTF-8" }, { locale: "C" }])(
  "wb lsns prints byte for byte what lsns prints, in the locale $locale",
  { timeout: 60_000 },
  async ({ locale }) => {
    const unshare = [
      "unshare",
      "-fpmuinC",
      "--mount-proc",
      "--kill-child",
      "sh",
      "-c",
      script,
      "sh",
      wbScript(),
      ...VARIANTS,
    ];
    const [file = "", ...args] = unshare;
    const env = { LC_ALL: locale, PATH: process.env["PATH"] };
    const { stdout } = await execa(file, args, { env, extendEnv: false, stdin: "ignore", stderr: "inherit" });
    const outputs = stdout.split("\u001e");
    expect(outputs).toHaveLength(2 * VARIANTS.length + 1);
    const pairs = VARIANTS.map((variant, index) => [variant, outputs[2 * index], outputs[2 * index + 1]] as const);
    // The tool itself is one of the processes that are listed.
    const plain = (text = "") => text.replaceAll(/^.*lsns.*$\n?/gmu, "");
    expect(pairs.map(([variant, , found]) => [variant, plain(found)])).toEqual(
      pairs.map(([variant, expected]) => [variant, plain(expected)]),
    );
    expect(pairs[0]?.[1]).toContain(locale === "C" ? "`-" : "└─");
  },
);

rooted("lines end where the terminal ends, unless --notruncate is given", async () => {
  const inside =
    'stty cols 60; sleep 4714 & for tool in lsns "$0 lsns"; do $tool -o NS,COMMAND -p $!; $tool -u -o COMMAND -p $!; done; kill $!';
  const argv = ["-qec", `sh -c '${inside}' ${wbScript()}`, "/dev/null"];
  const { stdout } = await execa("unshare", ["-fpm", "--mount-proc", "script", ...argv], {
    stdin: "ignore",
    reject: false,
  });
  const lines = stdout.split("\r\n").filter((line) => line !== "");
  expect(lines.slice(lines.length / 2)).toEqual(lines.slice(0, lines.length / 2));
  expect(lines.some((line) => line.length === 60)).toBe(true);
});

rooted("a process that is not there is an error, where lsns prints nothing", async () => {
  const outcome = await ours("lsns", ["-p", "4194304"]);
  expect(outcome).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "wb: there is no process 4194304, or it is another user's\n",
  });
});

rooted("--persistent shows what is pinned and has no process", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "net");
  const inside = `touch ${file}; unshare --net=${file} true; exec ${wbScript()} lsns -P -t net -n -o NPROCS,NSFS`;
  const { stdout } = await execa("unshare", ["-m", "sh", "-c", `mount -t tmpfs tmpfs ${directory.path}; ${inside}`]);
  expect(stdout.trim()).toBe(`0 ${file}`);
});
