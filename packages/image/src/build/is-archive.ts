import { isTarHeader, plainTar, TarError } from "@wb/overlay";

/** Whether a file is a tar archive, compressed or not. */
export async function isArchive(fd: number): Promise<boolean> {
  try {
    for await (const chunk of plainTar(fd)) return isTarHeader(Buffer.from(chunk.subarray(0, 512)));
    return false;
  } catch (error) {
    if (error instanceof TarError) return false;
    throw error;
  }
}
