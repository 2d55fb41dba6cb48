import { call, closeFd, into, runInPool, step, value } from "@wb/syscall";
import type { TarReader } from "../tar/tar-reader.ts";
import { type BatchOptions, makeFile } from "./batch.ts";
import { CELL } from "./cells.ts";
import { closeFile } from "./entry-instructions.ts";
import type { Lane } from "./lane.ts";
import type { Pending } from "./pending.ts";

/**
 * Makes a file part by part, as its bytes come from the archive; also one with holes. It is done once the lane is.
 *
 * @throws TarError, SyscallError; the file is closed then
 */
export async function unpackLargeFile(
  pending: Pending,
  { reader, lane, ...options }: BatchOptions & { readonly reader: TarReader; readonly lane: Lane },
): Promise<void> {
  const { entry, label } = pending;
  let fd = -1;
  const close = (): void => {
    if (fd >= 0) closeFd(fd);
    fd = -1;
  };
  const add = (job: () => Promise<void>): Promise<void> =>
    lane.add(() =>
      job().catch((error: unknown) => {
        close();
        throw error;
      }),
    );

  await add(async () => {
    fd = await makeFile(pending, options);
  });
  try {
    for (const { offset, length } of entry.extents ?? [{ offset: 0, length: entry.size }]) {
      for (let at = offset; at < offset + length;) {
        const position = at;
        const part = await reader.some(Math.min(PART, offset + length - at));
        const end = reader.position;
        await add(async () => {
          await writePart(part, { fd, position, label });
          reader.release(end);
        });
        at += part.length;
      }
    }
  } catch (error) {
    await lane.settle();
    close();
    throw error;
  }
  const size = entry.extents === undefined ? [] : [call("ftruncate", value(CELL.file), entry.size)];
  await add(async () => {
    await runInPool([step(label, [...size, ...closeFile(entry, options)])], { inputs: { [CELL.file]: fd } });
    fd = -1;
  });
}

const PART = 2 ** 20;

async function writePart(
  part: Buffer,
  { fd, position, label }: { readonly fd: number; readonly position: number; readonly label: string },
): Promise<void> {
  for (let done = 0; done < part.length;) {
    const rest = part.subarray(done);
    const writing = into("wrote", call("pwrite64", fd, rest, rest.length, position + done));
    const wrote = (await runInPool([step(label, [writing])])).number("wrote");
    if (wrote === 0) throw new Error(`nothing was written, and no error was told (${label})`);
    done += wrote;
  }
}
