import type { Platform } from "../layout/documents.ts";
import { formatPlatform, hostPlatform } from "../platform.ts";

/** BuildKit's arguments, which are there before the first FROM without a word: `TARGETPLATFORM`, `BUILDARCH` … */
export function platformArguments(target: Platform): Readonly<Record<string, string>> {
  return { ...named("BUILD", hostPlatform()), ...named("TARGET", target) };
}

function named(prefix: string, platform: Platform): Readonly<Record<string, string>> {
  return {
    [`${prefix}PLATFORM`]: formatPlatform(platform),
    [`${prefix}OS`]: platform.os,
    [`${prefix}ARCH`]: platform.architecture,
    [`${prefix}VARIANT`]: platform.variant ?? "",
  };
}
