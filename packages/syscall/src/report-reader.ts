import { readSync } from "node:fs";
import type { Socket } from "node:net";
import { closeFd } from "./close-fd.ts";
import { isErrno } from "./is-syscall-error.ts";
import { call, step } from "./program.ts";
import { MESSAGE, type MessageName, RECORD_SIZE } from "./report.ts";
import { type Failure, run } from "./run.ts";
import type { SyscallError } from "./syscall-error.ts";
import { F, O } from "./uapi/fcntl.ts";

/** A message of a Program, and its value. */
export interface Message {
  readonly message: MessageName;
  readonly value: number;
}

/** Most reports come at once, so that for 1 ms nothing else is worth waiting for. */
const AT_ONCE_MS = 1;

/** How long a report is looked for each ms: the set-up of a container comes in this time, and loading node:net takes 13 ms of CPU. */
const SOON_MS = 1000;

/** The reading end of a report pipe. */
export class ReportReader {
  #fd: number;
  readonly #errorOf: (record: Failure) => SyscallError;
  #nonBlocking = false;
  #socket: Socket | undefined;

  constructor(fd: number, errorOf: (record: Failure) => SyscallError) {
    this.#fd = fd;
    this.#errorOf = errorOf;
  }

  /**
   * The next message, or undefined at the end; waits in this thread. Not after {@link next}.
   *
   * @throws SyscallError when the record tells of a failed call
   */
  nextSync(): Message | undefined {
    const record = this.#read();
    return record === undefined ? undefined : this.#decode(record);
  }

  /** The same without keeping this thread or one of the pool waiting, for a Program that may take long. */
  async next(): Promise<Message | undefined> {
    const record = await this.#readLater();
    return record === undefined ? undefined : this.#decode(record);
  }

  close(): void {
    if (this.#socket !== undefined) this.#socket.destroy();
    else if (this.#fd >= 0) closeFd(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The next 16 bytes, or undefined at the end. */
  #read(): Buffer | undefined {
    if (this.#fd < 0) return undefined;
    const record = Buffer.alloc(RECORD_SIZE);
    // A record is written by one write(2) of less than PIPE_BUF bytes: it arrives whole, pipe(7).
    return readSync(this.#fd, record, 0, RECORD_SIZE, null) < RECORD_SIZE ? undefined : record;
  }

  async #readLater(): Promise<Buffer | undefined> {
    const begin = process.hrtime(); // performance.now() loads what takes 2.5 ms
    while (this.#fd >= 0) {
      if (this.#socket !== undefined) return nextRecord(this.#socket);
      this.#setNonBlocking();
      try {
        return this.#read();
      } catch (error) {
        if (!isErrno(error, "EAGAIN")) throw error;
      }
      const waited = millisecondsSince(begin);
      if (waited < AT_ONCE_MS) await new Promise(setImmediate);
      else if (waited < SOON_MS) await new Promise((resolve) => setTimeout(resolve, 1));
      else await this.#open();
    }
    return undefined;
  }

  #setNonBlocking(): void {
    if (this.#nonBlocking) return;
    run([step("read without waiting", [call("fcntl", this.#fd, F.SETFL, O.NONBLOCK)])]);
    this.#nonBlocking = true;
  }

  /** Loaded only here: most reports come before it is wanted. */
  async #open(): Promise<void> {
    const net = await import("node:net");
    // It may have been closed meanwhile.
    if (this.#fd >= 0) this.#socket = new net.Socket({ fd: this.#fd, readable: true, writable: false });
  }

  #decode(record: Buffer): Message {
    const tag = Number(record.readBigInt64LE(0));
    const second = Number(record.readBigInt64LE(8));
    if (tag >= 0) throw this.#errorOf({ offset: tag, errno: second });
    const message = (Object.keys(MESSAGE) as MessageName[]).find((name) => MESSAGE[name] === tag);
    if (message === undefined) throw new Error(`a report of an unknown kind: ${tag}`);
    return { message, value: second };
  }
}

function millisecondsSince(begin: [number, number]): number {
  const [seconds, nanoseconds] = process.hrtime(begin);
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** The next 16 bytes of a stream, or undefined at its end. */
function nextRecord(socket: Socket): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const look = (): void => {
    const record = socket.read(RECORD_SIZE) as Buffer | null;
    if (record?.length === RECORD_SIZE) settle(() => resolve(record));
    else if (socket.readableEnded || socket.destroyed) settle(() => resolve(undefined));
  };
  const fail = (error: Error): void => settle(() => reject(error));
  const settle = (how: () => void): void => {
    socket.off("readable", look).off("end", look).off("close", look).off("error", fail);
    how();
  };
  socket.on("readable", look).on("end", look).on("close", look).on("error", fail);
  look();
  return promise;
}
