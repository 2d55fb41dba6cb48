import { readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { ImageError } from "../image-error.ts";

export const LAYOUT_FILE = "oci-layout";
export const LAYOUT_TEXT = `{"imageLayoutVersion":"1.0.0"}\n`;

/** Whether it is there. @throws ImageError WB_IMAGE_INVALID for one of another version */
export function isLayoutFile(path: string): boolean {
  const text = readText(path);
  if (text === undefined || text === "") return false;
  if (/"imageLayoutVersion"\s*:\s*"1\./.test(text)) return true;
  throw new ImageError("WB_IMAGE_INVALID", `${path} is of no version that is known: ${text.trim()}`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
