import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, output, requires, temporaryDirectory } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { withDockerd } from "../../../../packages/image/test/support/dockerd.ts";
import { wb, wbScript } from "../support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

/** Dockerfiles without their `FROM base:1`, unless they have one. */
const DOCKERFILES: Readonly<Record<string, string>> = {
  "cmd in both forms": 'CMD ["a", "b c"]\nCMD echo $HOME "x"',
  "entrypoint and cmd": 'CMD ["one"]\nENTRYPOINT ["two", "three"]',
  "entrypoint after the base's cmd": "ENTRYPOINT exec top -b",
  env: "ENV a=1 b=\"two words\" c='$a' d=$a\\ $b\nENV e f g\nENV a=2 z=${a}",
  "env expansion": "ENV x=abc\nENV a=${x:-no} b=${y:-yes} c=${x:+set} d=${y:+set} e=\\$x f=\\${x}",
  arg: "ARG v=5\nARG w\nENV got=$v-$w\nRUN echo $v $w >/out\nLABEL v=$v",
  "arg before from": "ARG tag=1\nFROM base:$tag\nARG tag\nRUN echo got:$tag: >/out",
  label: "LABEL a=1 b=\"two words\" 'c d'=e\nLABEL multi=one\\\ntwo",
  expose: "EXPOSE 80 53/udp 8000-8002/tcp\nEXPOSE 80/tcp",
  "user and stopsignal": "USER 7:8\nSTOPSIGNAL SIGINT\nRUN id -u >/tmp/user && id -g >>/tmp/user",
  volume: 'VOLUME /data /logs\nVOLUME ["/with space"]',
  workdir: "WORKDIR /a/b\nWORKDIR c\nRUN pwd >where\nWORKDIR ../d/./e",
  shell: 'SHELL ["/bin/sh", "-ec"]\nRUN echo one >/out; false || true\nCMD echo two',
  healthcheck: 'HEALTHCHECK --interval=1m30s --timeout=5s --retries=2 CMD wget -q "x" || exit 1',
  "healthcheck none": 'HEALTHCHECK CMD ["a", "b"]\nHEALTHCHECK NONE',
  onbuild: "ONBUILD RUN echo built >/out\nONBUILD COPY one /one",
  maintainer: "MAINTAINER Jane <jane@example.org>\nRUN true",
  run: "RUN echo hello >/greeting && chmod 4755 /greeting && mkdir -m 700 /closed && ln -s greeting /link\nRUN rm -r /etc/made && touch /etc/other",
  "run in exec form": 'RUN ["/bin/sh", "-c", "echo $0 >/out"]',
  continuations: "RUN echo a && \\\n# a comment\n    echo b \\\n\n    >/out",
  escape: "# escape=`\nFROM base:1\nRUN echo a `\n  b >/out\nENV x=a`$b",
  "copy a file": "COPY one /\nCOPY one /dir/\nCOPY one /renamed\nCOPY one two /both/",
  "copy a directory": "COPY sub /sub\nCOPY sub/ /again/\nCOPY . /all/",
  "copy by patterns": "COPY o* t?o /some/\nCOPY sub/*.txt /text/",
  "copy with owners": "COPY --chown=7:8 one sub /owned/\nCOPY --chown=daemon one /named",
  "copy over a link": "RUN mkdir /real && ln -s /real /to\nCOPY one /to/\nCOPY sub /to",
  "add unpacks": "ADD packed.tar /here/\nADD packed.tar.gz /there/\nADD one /plain",
  "ignored files": "COPY . /all/\nRUN find /all | sort >/list",
  stages:
    "FROM base:1 AS first\nRUN echo made >/made && mkdir /d && echo x >/d/x\nFROM base:1\nCOPY --from=first /made /d /got/\nCOPY --from=0 /d/x /x",
  "from a stage": "FROM base:1 AS Base\nENV a=1\nRUN echo one >/one\nFROM base\nENV b=$a\nRUN echo two >/two",
};

const NAMES = Object.keys(DOCKERFILES);

/** The same of both: what `docker image inspect` says of the config, the history, and the files. */
interface Built {
  readonly config: Readonly<Record<string, unknown>>;
  readonly history: readonly string[];
  readonly tree: readonly string[];
}

const FIELDS = [
  "Cmd",
  "Entrypoint",
  "Env",
  "ExposedPorts",
  "Healthcheck",
  "Labels",
  "OnBuild",
  "Shell",
  "StopSignal",
  "User",
  "Volumes",
  "WorkingDir",
] as const;

requires(
  "root",
  "command:busybox",
  "command:dockerd",
  "command:docker",
)("Dockerfiles build what docker's builder builds: config, history and files", { timeout: 600_000 }, async () => {
  using directory = temporaryDirectory("wb-builds-");
  using root = busyboxRoot();
  const { path } = directory;
  const context = join(path, "context");
  makeContext(context);
  mkdirSync(join(root.path, "etc/made"), { recursive: true });
  writeFileSync(join(root.path, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\ndaemon:x:1:2::/:/bin/false\n");
  writeFileSync(join(root.path, "etc/group"), "root:x:0:\ndaemon:x:2:\n");
  execFileSync("tar", ["-c", "--numeric-owner", "-f", join(path, "base.tar"), "-C", root.path, "."]);
  for (const [index, name] of NAMES.entries()) {
    const text = DOCKERFILES[name] ?? "";
    writeFileSync(join(path, `Dockerfile.${index}`), /^FROM /mu.test(text) ? text : `FROM base:1\n${text}\n`);
  }
  const env = { WB_ROOT: join(path, "wb/root"), WB_STATE: join(path, "wb/state") };
  const ours = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, status } = await wb(args, { env, cwd: path });
    if (status !== 0) throw new Error(`wb ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  withDockerd(DOCKER, path, String(NAMES.length));
  await ours("import", "-c", 'CMD ["base"]', "base.tar", "base:1");
  const [theirs, own] = [{} as Record<string, Built>, {} as Record<string, Built>];
  for (const [index, name] of NAMES.entries()) {
    await ours("build", "-q", "--network", "none", "-t", `t${index}`, "-f", `Dockerfile.${index}`, context);
    const inspected = await ours("image", "inspect", "-f", "{{json .Config}}", `t${index}`);
    const history = await ours("history", "--no-trunc", "--format", "{{.CreatedBy}}", `t${index}`);
    await ours("create", "--name", `c${index}`, `t${index}`, "x");
    await ours("export", "-o", `own-${index}.tar`, `c${index}`);
    own[name] = built(inspected, history, join(path, `own-${index}.tar`));
    const read = (kind: string): string => readFileSync(join(path, `${kind}-${index}`), "utf8");
    theirs[name] = built(read("config"), read("history"), join(path, `docker-${index}.tar`));
  }
  expect(own).toEqual(theirs);
});

/** $1: where everything is; $2: how many Dockerfiles there are. */
const DOCKER = `cd "$1"
export DOCKER_BUILDKIT=0
docker import -c 'CMD ["base"]' base.tar base:1 >/dev/null
for i in $(seq 0 $(($2 - 1))); do
  docker build -q --network none -t t$i -f Dockerfile.$i context >build-$i 2>&1 || { cat build-$i >&2; exit 1; }
  docker image inspect -f '{{json .Config}}' t$i >config-$i
  docker history --no-trunc --format '{{.CreatedBy}}' t$i >history-$i
  docker export $(docker create --network none t$i x) >docker-$i.tar
done`;

function makeContext(path: string): void {
  mkdirSync(join(path, "sub/deep"), { recursive: true });
  for (const [name, content] of [
    ["one", "1\n"],
    ["two", "2\n"],
    ["ignored.log", "no\n"],
    ["sub/a.txt", "a\n"],
    ["sub/b.txt", "b\n"],
    ["sub/deep/c", "c\n"],
    ["sub/kept.log", "yes\n"],
    [".dockerignore", "*.log\n**/deep\n!sub/kept.log\npacked*\n!packed.tar*\n"],
  ] as const)
    writeFileSync(join(path, name), content);
  symlinkSync("a.txt", join(path, "sub/link"));
  execFileSync("chmod", ["750", join(path, "sub")]);
  execFileSync("tar", ["-c", "-f", join(path, "packed.tar"), "-C", join(path, "sub"), "a.txt", "link"]);
  execFileSync("tar", ["-c", "-z", "-f", join(path, "packed.tar.gz"), "-C", path, "sub"]);
}

function built(config: string, history: string, tar: string): Built {
  const all = JSON.parse(config) as Readonly<Record<string, unknown>>;
  const known = FIELDS.flatMap((field) => {
    const value = all[field] ?? "";
    const isEmpty = value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
    return isEmpty ? [] : [[field, value] as const];
  });
  return { config: Object.fromEntries(known), history: history.split("\n").map(withoutDigests), tree: treeOf(tar) };
}

/** docker's digest of what is copied is one of its own kind. */
function withoutDigests(line: string): string {
  return line.replace(/(?:file|dir|multi):[\da-f]{64}/u, "FILES");
}

/** Without times, without what docker's and wb's own containers have in a root, and without the file that docker's CLI writes anew. */
function treeOf(tar: string): string[] {
  const script = `mkdir "$0.d" && tar -x -p --numeric-owner -C "$0.d" -f "$0" && cd "$0.d" && rm -f .dockerenv all/.dockerignore && find . -mindepth 1 \\( -path ./bin -o -path ./dev -o -path ./proc -o -path ./sys -o -path ./etc/hosts -o -path ./etc/hostname -o -path ./etc/resolv.conf \\) -prune -o -printf '%P %y %m %U %G %l ' \\( -type f -exec md5sum -- {} \\; -o -printf '\\n' \\) | sort`;
  return output(["sh", "-c", script, tar]).trim().split("\n");
}
