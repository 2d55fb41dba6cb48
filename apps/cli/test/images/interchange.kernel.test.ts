import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageStore, layerDirectories, needImage } from "@wb/image";
import { copyLayers } from "@wb/overlay";
import { describeTree, output, requires } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { withDockerd } from "../../../../packages/image/test/support/dockerd.ts";
import { makeSampleTree } from "../../../../packages/overlay/test/support/sample-tree.ts";
import { wbScript } from "../support/wb.ts";
import { scene } from "./support/scene.ts";

beforeAll(() => void wbScript(), 120_000);

const DOCKERFILE = `FROM base:1
RUN mkdir -p /srv/app /data && echo 'me:x:7:8::/:/bin/sh' >>/etc/passwd && echo gone >/srv/gone && chown 7:8 /srv/app
RUN rm /srv/gone && echo kept >/data/kept
COPY --chown=7:8 file /srv/app/
ENV GREETING="hello  world"
LABEL team=whales
VOLUME /data
WORKDIR /srv/app
USER me
ENTRYPOINT ["sh", "-c", "echo \\"$GREETING\\" $0 $@; id -u; id -g; pwd; cat file /data/kept; ls /srv"]
CMD ["the", "default"]
`;

/** What a container of it prints, whoever runs it. */
const PRINTS = "hello  world the default\n7\n8\n/srv/app\nof the context\nkept\napp\n";

/** Has `$1/context` and the images base:1 and app:1 of wb; runs each image, and says which one printed what it should. */
const SCRIPT = `
cd "$1"; wb=$2; host=127.0.0.1:5000
mkdir -p registry "$DOCKER_CONFIG"; echo '{}' >"$DOCKER_CONFIG/config.json"
echo '{"version": "0.1", "log": {"level": "error"}, "storage": {"filesystem": {"rootdirectory": "registry"}}, "http": {"addr": "'$host'"}}' >registry.yml
docker-registry serve registry.yml >registry.log 2>&1 &
registry=$!
trap 'kill $registry' EXIT
printf '[storage]\\ndriver = "overlay"\\nrunroot = "%s/run"\\ngraphroot = "%s/graph"\\n' "$PWD" "$PWD" >storage.conf
export CONTAINERS_STORAGE_CONF="$PWD/storage.conf"
podman="podman --cgroup-manager=cgroupfs --events-backend=none --tmpdir $PWD/tmp"
printed() {
  name=$1; shift
  "$@" >out 2>err || cat err
  if cmp -s out expected; then echo "$name"; else echo "$name printed:"; cat out; fi
}
quietly() { "$@" >log 2>&1 || { cat log; exit 1; }; }
run="run --rm --net none" docker_run="docker run --rm --network none"
# Defaults of podman's are more than a machine may allow.
podman_run="$podman run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024"

printed wb $wb $run app:1
$wb save app:1 | quietly docker load
printed 'save | docker load' $docker_run app:1
docker rmi -f app:1 >/dev/null
$wb save -o app.tar app:1
quietly $podman load -i app.tar
printed 'save, podman load' $podman_run app:1
$wb tag app:1 $host/team/app:1
$wb push -q $host/team/app:1 >/dev/null
quietly docker pull $host/team/app:1
printed 'push, docker pull' $docker_run $host/team/app:1
quietly $podman pull --tls-verify=false $host/team/app:1
printed 'push, podman pull' $podman_run $host/team/app:1
quietly skopeo copy "oci:$WB_ROOT/images:$host/team/app:1" docker-archive:of-store.tar:of-store:1
quietly docker load -i of-store.tar
printed 'skopeo copy from the store, docker load' $docker_run of-store:1

$wb save base:1 | quietly docker load
DOCKER_BUILDKIT=0 quietly docker build -t docker:1 context
docker save docker:1 | quietly $wb load
printed 'docker build, docker save' $wb $run docker:1
docker tag docker:1 $host/docker:2
quietly docker push $host/docker:2
printed 'docker build, docker push' $wb $run $host/docker:2
$wb tag base:1 $host/base:1
$wb push -q $host/base:1 >/dev/null
sed "s,FROM base,FROM $host/base," context/Dockerfile >Dockerfile
for format in oci docker; do
  quietly buildah bud --tls-verify=false --isolation chroot --format $format -t buildah:$format -f Dockerfile context
  quietly buildah push buildah:$format $format-archive:$format.tar:archive:$format
  quietly $wb load -i $format.tar
  printed "buildah bud --format $format, archive" $wb $run archive:$format
  quietly buildah push --tls-verify=false buildah:$format docker://$host/buildah:$format
  printed "buildah bud --format $format, push" $wb $run $host/buildah:$format
done
`;

requires(
  "root",
  "dockerd",
  "podman",
  "command:busybox",
  "command:buildah",
  "command:docker-registry",
  "command:skopeo",
)(
  "docker, podman and buildah run what wb built, and wb what they built, by archives and by a registry",
  { timeout: 240_000 },
  async () => {
    using at = scene();
    expect(await at.build("app:1", DOCKERFILE, { file: "of the context\n" })).toMatchObject({ status: 0, stderr: "" });
    writeFileSync(join(at.path, "expected"), PRINTS);
    const words = Object.entries(at.env).map(([name, value]) => `export ${name}='${value}'\n`);
    try {
      expect(
        withDockerd(words.join("") + SCRIPT, at.path, wbScript())
          .trim()
          .split("\n"),
      ).toEqual([
        "wb",
        "save | docker load",
        "save, podman load",
        "push, docker pull",
        "push, podman pull",
        "skopeo copy from the store, docker load",
        "docker build, docker save",
        "docker build, docker push",
        "buildah bud --format oci, archive",
        "buildah bud --format oci, push",
        "buildah bud --format docker, archive",
        "buildah bud --format docker, push",
      ]);
    } finally {
      // Its mounts went with the namespace.
      execFileSync("rm", ["-rf", join(at.path, "graph"), join(at.path, "run")]);
    }
    const config = async (name: string): Promise<unknown> =>
      JSON.parse(await at.say("image", "inspect", "-f", "{{json .Config}}", name));
    const ours = { User: "me", WorkingDir: "/srv/app", Volumes: { "/data": {} }, Cmd: ["the", "default"] };
    for (const name of ["docker:1", "archive:oci", "archive:docker"])
      expect(await config(name)).toMatchObject({ ...ours, Labels: { team: "whales" } });
  },
);

requires(
  "root",
  "overlay",
  "command:busybox",
  "command:umoci",
  "command:skopeo",
  "command:getfattr",
)(
  "umoci unpacks from the store, entry by entry, what a container of the image has; skopeo inspects it",
  { timeout: 120_000 },
  async () => {
    using at = scene();
    const tree = join(at.path, "tree");
    mkdirSync(tree);
    makeSampleTree(tree);
    // Go's archive/tar, which umoci reads by, drops attributes without a value.
    output(["setfattr", "-x", "user.empty", "bin/empty"], { cwd: tree });
    const more =
      "mkdir many opaque opaque/sub; cd many; for i in $(seq 5000); do echo $i >$i; done; touch ../opaque/old ../opaque/sub/old";
    output(["sh", "-ec", more], { cwd: tree });
    const context = join(at.path, "context");
    mkdirSync(context);
    output([
      "tar",
      "-c",
      "--format=pax",
      "--xattrs",
      "--xattrs-include=*",
      "-f",
      join(context, "tree.tar"),
      "-C",
      tree,
      ".",
    ]);
    const changes = `rm /tree/bin/plain /tree/many/7; rmdir /tree/empty; rm -r /tree/opaque; mkdir /tree/opaque; echo new >/tree/opaque/new
    chmod 4711 /tree/many/42; chown 7:8 /tree/many/43; ln /tree/many/44 /tree/many/hard; echo more >>/tree/bin/large; mv /tree/sticky /tree/moved`;
    const dockerfile = `FROM base:1\nADD tree.tar /tree/\nRUN <<END\n${changes}\nEND\nUSER 7\n`;
    expect(await at.build("registry.example:5000/team/tree:1.0", dockerfile)).toMatchObject({ status: 0, stderr: "" });

    const name = `${at.env.WB_ROOT}/images:registry.example:5000/team/tree:1.0`;
    const inspected = JSON.parse(output(["skopeo", "inspect", `oci:${name}`])) as { Layers: string[]; Digest: string };
    expect(inspected.Layers).toHaveLength(3);
    expect(JSON.parse(output(["skopeo", "inspect", "--config", `oci:${name}`]))).toMatchObject({
      config: { User: "7" },
    });
    const bundle = join(at.path, "bundle");
    output(["umoci", "unpack", "--image", name, bundle]);
    const expected = describeTree(join(bundle, "rootfs"));
    expect(expected["files"]?.length).toBeGreaterThan(5000);

    const store = imageStore(at.env.WB_ROOT);
    const layers = await layerDirectories(store, needImage(store, "registry.example:5000/team/tree:1.0"));
    const merged = join(at.path, "merged");
    mkdirSync(merged);
    await copyLayers(layers, merged);
    output(["touch", "-r", join(bundle, "rootfs"), merged]);
    expect(describeTree(merged)).toEqual(expected);
    expect(readFileSync(join(merged, "tree/opaque/new"), "utf8")).toBe("new\n");
  },
);
