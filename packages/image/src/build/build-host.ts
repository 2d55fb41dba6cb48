import type { Platform } from "../layout/documents.ts";
import type { StoredImage } from "../layout/stored-image.ts";

/** What a build has from who runs containers. */
export interface BuildHost {
  /** The image of a FROM or `--from`, pulled where it is not there. */
  readonly image: (name: string, platform: Platform | undefined) => Promise<StoredImage>;
  /** Runs a command in a container whose root are layers. Disposing of what it returns removes the container. */
  readonly run: (request: RunRequest) => Promise<RunResult>;
  /** A line of the build's progress. */
  readonly print: (line: string) => void;
}

export interface RunRequest {
  /** Diff ids of layers, the lowest first. */
  readonly diffIds: readonly string[];
  readonly command: readonly [string, ...string[]];
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly mounts: readonly RunMount[];
  readonly network: "default" | "none" | "host";
}

/** A mount of `RUN --mount`. */
export interface RunMount {
  readonly type: "bind" | "tmpfs";
  /** Of a bind mount: a file or directory of this machine. */
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
  /** Of a tmpfs, bytes. */
  readonly size?: number | undefined;
}

export interface RunResult extends AsyncDisposable {
  /** The exit status. */
  readonly code: number;
  /** The directory with what it wrote, as the upper one of an overlay. */
  readonly upper: string;
}
