import { arch } from "node:process";
import { ImageError } from "./image-error.ts";
import type { Platform } from "./layout/documents.ts";

/** This machine's, as images have it: Go's names. */
export function hostPlatform(): Platform {
  const [architecture = arch, variant] = GO[arch] ?? [];
  return { os: "linux", architecture, ...(variant === undefined ? {} : { variant }) };
}

const GO: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x64: ["amd64"],
  arm64: ["arm64", "v8"],
  arm: ["arm", "v7"],
  ia32: ["386"],
};

/**
 * `OS[/ARCHITECTURE[/VARIANT]]`, or an architecture alone, as docker's `--platform` has it.
 *
 * @throws ImageError WB_IMAGE_UNSUPPORTED
 */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  if (parts.length > 3 || !parts.every((part) => /^[a-z\d_.-]+$/.test(part)))
    throw new ImageError("WB_IMAGE_UNSUPPORTED", `invalid platform ${JSON.stringify(text)}`, {
      hint: "OS/ARCHITECTURE: linux/amd64",
    });
  const [first = "", second, variant] = parts;
  const host = hostPlatform();
  if (second === undefined)
    return OS.has(first) ? { ...host, os: first } : normalized({ os: host.os, architecture: first });
  return normalized({ os: first, architecture: second, ...(variant === undefined ? {} : { variant }) });
}

/** `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** Whether what is for one runs where another is asked for: an unknown variant is the usual one. */
export function isSamePlatform(one: Platform, wanted: Platform): boolean {
  const [a, b] = [normalized(one), normalized(wanted)];
  return a.os === b.os && a.architecture === b.architecture && a.variant === b.variant;
}

const OS: ReadonlySet<string> = new Set(["linux", "windows", "darwin", "freebsd"]);

/** containerd, platforms/database.go. */
const NAMES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  i386: "386",
};
const VARIANTS: Readonly<Record<string, string>> = { arm64: "v8", arm: "v7" };

function normalized({ os, architecture, variant }: Platform): Platform {
  const named = NAMES[architecture] ?? architecture;
  const usual = variant === undefined || variant === "" ? VARIANTS[named] : variant;
  return {
    os,
    architecture: named,
    ...(usual === undefined || (named === "amd64" && usual === "v1") ? {} : { variant: usual }),
  };
}
