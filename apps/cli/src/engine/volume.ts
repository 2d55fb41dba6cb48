import { isAbsolute, resolve } from "node:path";
import type { Mount } from "@wb/rootfs";
import { UserError } from "../user-error.ts";
import type { BindOption } from "./options/mount-option.ts";

/** A bind mount that was asked for with `-v`. */
export interface Volume {
  /** An absolute path of the host. */
  readonly source: string;
  readonly destination: string;
  readonly readonly: boolean;
  readonly propagation: string;
}

/**
 * Parses docker's `-v SRC:DST[:OPTIONS]`. A source that is no path would be a volume's name.
 *
 * @throws UserError
 */
export function parseVolume(text: string): Volume {
  const [source = "", destination, options = "", ...more] = text.split(":");
  if (destination === undefined || source === "" || more.length > 0 || !isAbsolute(destination)) {
    throw new UserError(`invalid volume ${JSON.stringify(text)}`, {
      hint: "SRC:DST or SRC:DST:ro, DST an absolute path: -v /srv/data:/data:ro",
    });
  }
  if (!source.includes("/") && source !== "." && source !== "..") {
    throw new UserError(`invalid volume ${JSON.stringify(text)}: ${source} is no path`, {
      hint: `for a directory here write ./${source}`,
    });
  }
  const words = options === "" ? [] : options.split(",");
  const unknown = words.find((word) => !OPTIONS.has(word) && !PROPAGATIONS.has(word));
  if (unknown !== undefined)
    throw new UserError(`invalid volume ${JSON.stringify(text)}: unknown option ${JSON.stringify(unknown)}`, {
      hint: `one of ${[...OPTIONS, ...PROPAGATIONS].join(", ")}`,
    });
  for (const kind of [OPTIONS, PROPAGATIONS]) {
    if (words.filter((word) => kind.has(word)).length > 1)
      throw new UserError(`invalid volume ${JSON.stringify(text)}: its options exclude each other`, {
        hint: `at most one of ${[...kind].join(", ")}`,
      });
  }
  const clean = resolve(destination);
  if (clean === "/")
    throw new UserError(`invalid volume ${JSON.stringify(text)}: its destination is the root`, {
      hint: "--rootfs names the root",
    });
  return {
    source: resolve(source),
    destination: clean,
    readonly: words.includes("ro"),
    propagation: words.find((word) => PROPAGATIONS.has(word)) ?? "rprivate",
  };
}

/**
 * The volume as a mount of an OCI configuration. Docker makes the mounts below read-only, too, since 25.0: `rro`.
 *
 * @param wanted.recursive what becomes of the mounts below, where `--mount` says so
 */
export function volumeMount(wanted: Volume & { readonly recursive?: BindOption["recursive"] }): Mount {
  const { source, destination, readonly, propagation, recursive = "enabled" } = wanted;
  const bind = recursive === "disabled" ? "bind" : "rbind";
  const access = readonly ? [recursive === "enabled" || recursive === "readonly" ? "rro" : "ro"] : [];
  return { destination, type: "bind", source, options: [bind, propagation, ...access] };
}

const OPTIONS: ReadonlySet<string> = new Set(["ro", "rw"]);
const PROPAGATIONS: ReadonlySet<string> = new Set(["rprivate", "private", "rshared", "shared", "rslave", "slave"]);
