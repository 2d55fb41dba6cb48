import { isAbsolute, resolve } from "node:path";
import caller from "node:process";
import { preferredUserMode } from "@wb/net";
import type { IdMap } from "@wb/ns";
import type { RunFlags } from "../commands/run-flags.ts";
import { usage } from "../flags.ts";
import type { UserError } from "../user-error.ts";
import type { CgroupManager } from "./container-group.ts";
import { readKeyValues } from "./environment-files.ts";
import type { ContainerImage } from "./images/container-image.ts";
import { withImageVolumes } from "./images/image-volumes.ts";
import { INIT_PATH } from "./init-program.ts";
import { NAME } from "./names/container-name.ts";
import { type NamespaceModes, namespaceOptions } from "./namespace-options.ts";
import { type NetworkOptions, networkOptions } from "./network-options.ts";
import { type CommandWords, commandWords } from "./options/command-words.ts";
import { nameAndValue } from "./options/labels.ts";
import { DEFAULT_NETWORK, type NetworkMode } from "./options/network-mode.ts";
import { type ProcessOptions, processOptions } from "./process-options.ts";
import { type ResourceOptions, resourceOptions } from "./resource-options.ts";
import { type SecurityOptions, securityOptions } from "./security-options.ts";
import { refuseWithRemap, usernsRemap } from "./userns-remap.ts";
import { type WantedMounts, wantedMounts } from "./wanted-mounts.ts";

/** What a command line asks for, checked: every value is in its unit. */
export interface RunOptions extends CommandWords, ResourceOptions, WantedMounts, ProcessOptions, NetworkOptions {
  readonly rootfs: RootfsOption | ImageRootOption;
  readonly name: string | undefined;
  readonly hostname: string | undefined;
  readonly domainname: string | undefined;
  readonly namespaces: NamespaceModes;
  readonly cgroupManager: CgroupManager | undefined;
  /** A slice, or a path. */
  readonly cgroupParent: string | undefined;
  /** `NAME=value`; `NAME`: it is unset. */
  readonly env: readonly string[];
  readonly workdir: string | undefined;
  readonly user: string;
  readonly readonly: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly privileged: boolean;
  readonly interactive: boolean;
  readonly tty: boolean;
  /** Ids of the container's users and groups on the host; none: they are the host's own. */
  readonly usernsRemap: readonly IdMap[];
  readonly init: boolean;
  readonly security: SecurityOptions;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RootfsOption {
  readonly directory: string;
  /** `:O`: changes go to memory, and away. */
  readonly overlay: boolean;
}

/** The root is an image's. */
export interface ImageRootOption {
  /** The digest of its configuration; "" for one that is being built. */
  readonly image: string;
  /** The diff ids of its layers, the lowest first, where they are not the image's. */
  readonly diffIds?: readonly string[];
}

export interface RunContext {
  /** Whose container it is, by which it has its default network. Default: the caller. */
  readonly isRoot?: boolean;
  /** Whose configuration counts where no flag says otherwise. Default: `--rootfs` names the root. */
  readonly image?: ContainerImage | undefined;
}

/** @throws UserError naming the flag and its value */
export function runOptions(
  flags: RunFlags,
  words: readonly string[],
  { isRoot = caller.geteuid?.() === 0, image }: RunContext = {},
): RunOptions {
  const { config } = image ?? {};
  const mounts = withImageVolumes(wantedMounts(flags), config?.Volumes);
  if (flags["userns-remap"] !== undefined) refuseWithRemap(flags);
  refuseHiding([...mounts.volumes, ...mounts.namedVolumes, ...mounts.tmpfs], flags);
  return {
    ...commandWords(flags.entrypoint, words, config),
    rootfs: image === undefined ? rootfsOption(flags.rootfs ?? "/:O") : { image: image.id },
    name:
      flags.name === undefined
        ? undefined
        : matching("--name", flags.name, NAME, "letters, digits, and after the first also _ . -, 255 at most"),
    hostname:
      flags.hostname === undefined
        ? undefined
        : matching("--hostname", flags.hostname, HOSTNAME, "up to 64 letters, digits, dots and hyphens"),
    domainname: flags.domainname === "" ? undefined : flags.domainname,
    namespaces: namespaceOptions(flags),
    ...networkOptions(
      { ...flags, expose: [...Object.keys(config?.ExposedPorts ?? {}), ...(flags.expose ?? [])] },
      defaultNet(isRoot),
    ),
    ...resourceOptions("run", flags),
    cgroupManager: flags["cgroup-manager"] === undefined ? undefined : managerOption(flags["cgroup-manager"]),
    cgroupParent: flags["cgroup-parent"],
    env: [
      ...(config?.Env ?? []),
      ...readKeyValues("--env-file", flags["env-file"], ownVariable),
      ...(flags.env ?? []).map(envOption),
    ],
    workdir: flags.workdir === undefined ? config?.WorkingDir || undefined : absolute("--workdir", flags.workdir),
    user: flags.user ?? config?.User ?? "",
    ...mounts,
    ...processOptions(flags),
    readonly: flags["read-only"] ?? false,
    capAdd: flags["cap-add"] ?? [],
    capDrop: flags["cap-drop"] ?? [],
    privileged: flags.privileged ?? false,
    interactive: flags.interactive ?? false,
    tty: flags.tty ?? false,
    usernsRemap: usernsRemap(flags["userns-remap"] ?? []),
    init: flags.init ?? false,
    security: securityOptions(flags["security-opt"] ?? []),
    annotations: Object.fromEntries((flags.annotation ?? []).map(nameAndValue)),
  };
}

/** What wb itself puts into /dev for a flag. */
const IN_DEV = { tty: { flag: "-t", path: "/dev/pts" }, init: { flag: "--init", path: INIT_PATH } } as const;

function refuseHiding(mounts: readonly { readonly destination: string }[], flags: RunFlags): void {
  for (const { destination } of mounts) {
    for (const name of ["tty", "init"] as const) {
      const { flag, path } = IN_DEV[name];
      if (flags[name] === true && (destination === "/dev" || destination === path))
        throw usage("run", `a mount on ${destination} hides what ${flag} has in /dev`, "mount below /dev, not on it");
    }
  }
}

const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62}[a-zA-Z0-9])?$/;

function invalid(flag: string, value: string, meant: string): UserError {
  return usage("run", `invalid argument ${JSON.stringify(value)} for ${flag}: ${meant}`);
}

function matching(flag: string, value: string, pattern: RegExp, meant: string): string {
  if (!pattern.test(value)) throw invalid(flag, value, meant);
  return value;
}

function rootfsOption(text: string): RootfsOption {
  const overlay = text.endsWith(":O");
  const directory = overlay ? text.slice(0, -":O".length) : text;
  if (directory === "")
    throw invalid("--rootfs", text, "a directory, with :O a copy of it, a tar archive or a disk image");
  return { directory, overlay };
}

/** An ordinary user cannot make links beside a bridge of this machine: a program does, where there is one. */
function defaultNet(isRoot: boolean): NetworkMode {
  return isRoot ? { mode: "networks", networks: [DEFAULT_NETWORK] } : { mode: preferredUserMode() };
}

function managerOption(text: string): CgroupManager {
  if (text !== "systemd" && text !== "cgroupfs") throw invalid("--cgroup-manager", text, "systemd or cgroupfs");
  return text;
}

/** A name alone takes the value that it has here, now; without one it is unset there. */
function envOption(text: string): string {
  if (text === "" || text.startsWith("=")) throw invalid("-e, --env", text, "NAME=value or NAME");
  const value = text.includes("=") ? undefined : ownVariable(text);
  return value === undefined ? text : `${text}=${value}`;
}

/** Without `..`: what is above a symbolic link is not what was meant. */
function absolute(flag: string, path: string): string {
  if (!isAbsolute(path)) throw invalid(flag, path, "an absolute path");
  return resolve(path);
}

function ownVariable(name: string): string | undefined {
  return caller.env[name];
}
