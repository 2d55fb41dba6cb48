import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What makes a privileged container around a command, with the repository in it at the same place. */
export interface Engine {
  readonly argv: (command: readonly string[]) => readonly [string, ...string[]];
  /** What has to be there before the first container. */
  readonly prepare: () => void;
}

export type EngineName = "wb" | "docker" | "podman";

/** The engines by name. */
export function engine(name: EngineName, root: string): Engine {
  return name === "wb" ? wb(root) : docker(name, root);
}

const VARIABLES = ["CI=true", "WB_TEST_MUST_RUN=1"];

/** Some tests are of set-user-ID programs and device nodes; /tmp is a file system that may be the upper layer of an overlay. */
const TMP = "/tmp:exec,suid,dev";

/** A container of this machine's own root. */
function wb(root: string): Engine {
  const flags = [
    "--rm",
    "--init",
    "--privileged",
    "--net",
    "host",
    "--rootfs",
    "/:O",
    "-v",
    `${root}:${root}`,
    "-w",
    root,
    "--tmpfs",
    TMP,
    // The root is this machine's, in which this very container stands in /run/wb.
    "--tmpfs",
    "/run/wb",
  ];
  return {
    prepare: () => {},
    argv: (command) => [join(root, "wb"), "run", ...flags, ...VARIABLES.flatMap((text) => ["-e", text]), ...command],
  };
}

const IMAGE = "wb-ci";

/** A container of the image that tools/ci/Containerfile describes; docker's and podman's flags are the same. */
function docker(program: string, root: string): Engine {
  // wb's own directories get a volume: the container's root is an overlay, which cannot be the upper layer of another one.
  const volumes = ["-v", `${root}:${root}`, "-v", "/var/lib/wb", "-v", "/sys/fs/cgroup:/sys/fs/cgroup"];
  const flags = ["--rm", "--privileged", "--cgroupns=host", ...volumes, "-w", root, "--tmpfs", TMP];
  return {
    prepare: () => {
      const file = join(root, "tools/ci/Containerfile");
      const argv = ["build", "--tag", IMAGE, "--file", file, join(root, "tools")];
      const { status, error } = spawnSync(program, argv, { stdio: ["ignore", "inherit", "inherit"] });
      if (error) throw error;
      if (status !== 0) throw new Error(`${program} build ended with ${status}`);
    },
    argv: (command) => [program, "run", ...flags, ...VARIABLES.flatMap((text) => ["-e", text]), IMAGE, ...command],
  };
}
