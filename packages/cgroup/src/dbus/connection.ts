import {
  address,
  AF,
  call,
  closeFd,
  ignoring,
  into,
  memory,
  MSG,
  run,
  SOCK,
  step,
  type Step,
  value,
} from "@wb/syscall";
import { now, pauses, type Waiting } from "../wait.ts";
import { decodeMessage, encodeCall, MESSAGE, type Message, type MethodCall } from "./message.ts";
import { type DbusValue, stringOf } from "./value.ts";

/** What the peer answered to a call instead of a result. */
export class DbusError extends Error {
  /** `org.freedesktop.systemd1.NoSuchUnit` */
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(`${message} (${errorName})`);
    this.errorName = errorName;
  }
}

Object.defineProperty(DbusError.prototype, "name", { value: "DbusError", configurable: true, writable: true });

/**
 * A connection to a D-Bus server over a unix socket: dbus-daemon, or systemd's own without one. It never blocks: what has
 * to wait is a generator of pauses in milliseconds, for wait.ts to drive with or without the event loop.
 */
export class Connection implements Disposable {
  readonly #fd: number;
  readonly #timeout: number;
  readonly #signals: Message[] = [];
  #received: Buffer = Buffer.alloc(0);
  #serial = 0;

  /** @param timeout of each answer, in ms. @throws SyscallError ENOENT, ECONNREFUSED, EACCES, EAGAIN of connect(2) */
  constructor(path: string, timeout: number) {
    this.#fd = connect(path);
    this.#timeout = timeout;
  }

  /** Tells who this is, by the socket's own credentials: SASL's EXTERNAL. @throws Error when the peer does not want it */
  *authenticate(): Waiting<void> {
    yield* this.#send(authentication(process.geteuid?.() ?? 0));
    const line = yield* this.#until(() => this.#takeLine());
    if (!line.startsWith("OK ")) throw new Error(`it does not know this user: ${line}`);
  }

  /** Calls a method. @returns the values of its answer. @throws DbusError for an error; Error when the time is up */
  *call(method: MethodCall): Waiting<readonly DbusValue[]> {
    this.#serial += 1;
    const serial = this.#serial;
    yield* this.#send(encodeCall(serial, method));
    const { type, errorName = "", body } = yield* this.#until(() => this.#takeAnswer(serial));
    if (type === MESSAGE.ERROR) throw new DbusError(errorName, body.length === 0 ? "it refused" : stringOf(body[0]));
    return body;
  }

  /** Waits for a signal that came since the connection was made. */
  *signal(isIt: (signal: Message) => boolean): Waiting<Message> {
    return yield* this.#until(() => {
      const found = this.#signals.find(isIt);
      if (found !== undefined) return found;
      const message = this.#takeMessage();
      return message?.type === MESSAGE.SIGNAL && isIt(message) ? message : undefined;
    });
  }

  [Symbol.dispose](): void {
    closeFd(this.#fd);
  }

  *#send(bytes: Buffer): Waiting<void> {
    const deadline = now() + this.#timeout;
    let rest = bytes;
    while (rest.length > 0) {
      const sent = run([sendStep(this.#fd, rest)]).number(RESULT);
      if (sent >= 0) rest = rest.subarray(sent);
      else if (now() < deadline) yield 1;
      else throw this.#late();
    }
  }

  /** Looks at what came in until it is what is waited for. A peer that never stops sending gets no more time for it. */
  *#until<T>(look: () => T | undefined): Waiting<T> {
    const pause = pauses(this.#timeout);
    const deadline = now() + this.#timeout;
    for (;;) {
      const before = this.#received.length;
      const found = look();
      if (found !== undefined) return found;
      // Something was taken that was not it.
      if (now() < deadline && (this.#received.length < before || this.#receive())) continue;
      const { value: milliseconds, done } = pause.next();
      if (done === true) throw this.#late();
      yield milliseconds;
    }
  }

  #late(): Error {
    return new Error(`no answer in ${this.#timeout} ms`);
  }

  #receive(): boolean {
    const received = run([receiveStep(this.#fd)]);
    const length = received.number(RESULT);
    if (length === 0) throw new Error("the connection was closed");
    if (length > 0) this.#received = Buffer.concat([this.#received, received.bytes(BUFFER, length)]);
    return length > 0;
  }

  #takeLine(): string | undefined {
    const end = this.#received.indexOf("\r\n");
    if (end === -1) return undefined;
    const line = this.#received.toString("latin1", 0, end);
    this.#received = this.#received.subarray(end + 2);
    return line;
  }

  #takeMessage(): Message | undefined {
    const decoded = decodeMessage(this.#received);
    this.#received = this.#received.subarray(decoded?.size ?? 0);
    return decoded?.message;
  }

  #takeAnswer(serial: number): Message | undefined {
    const message = this.#takeMessage();
    if (message?.type === MESSAGE.SIGNAL) this.#signals.push(message);
    return message?.replySerial === serial ? message : undefined;
  }
}

/** With BEGIN, without waiting for OK, as sd-bus does: one way less. */
export function authentication(uid: number): Buffer {
  return Buffer.from(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString("hex")}\r\nBEGIN\r\n`);
}

const [SOCKET, RESULT, BUFFER] = ["dbus:socket", "dbus:result", "dbus:buffer"];
const BUFFER_SIZE = 16_384;

/** Node's own sockets would need the event loop, and `node:net`, which takes 3 ms to load. */
function connect(path: string): number {
  const name = Buffer.concat([Buffer.from([AF.UNIX, 0]), Buffer.from(`${path}\0`)]);
  const made = run(
    [
      step(`connect to ${path}`, [
        into(SOCKET, call("socket", AF.UNIX, SOCK.STREAM | SOCK.CLOEXEC | SOCK.NONBLOCK, 0)),
        call("connect", value(SOCKET), name, name.length),
        { jump: "connected" },
        { label: "refused" },
        ignoring(call("close", value(SOCKET))),
        { label: "connected" },
      ]),
    ],
    { onError: "refused" },
  );
  return made.number(SOCKET);
}

function sendStep(fd: number, bytes: Buffer): Step {
  const sent = call("sendto", fd, bytes, bytes.length, MSG.NOSIGNAL, null, 0);
  return step("send to D-Bus", [into(RESULT, ignoring(sent, "EAGAIN", "EINTR"))]);
}

function receiveStep(fd: number): Step {
  const received = call("recvfrom", fd, address(BUFFER), BUFFER_SIZE, 0, null, null);
  return step("receive from D-Bus", [memory(BUFFER, BUFFER_SIZE), into(RESULT, ignoring(received, "EAGAIN", "EINTR"))]);
}
