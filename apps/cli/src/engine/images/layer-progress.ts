import { decimalSize } from "../words/sizes.ts";

/** What a transfer says of a layer. */
export interface LayerProgress {
  /** `sha256:…` */
  readonly digest: string;
  readonly status: string;
  /** Bytes. */
  readonly current: number;
  readonly total: number;
}

/** Shows what becomes of layers: on a terminal a line each, with a bar; elsewhere a line for each change. */
export interface ProgressLines extends Disposable {
  readonly tell: (event: LayerProgress) => void;
}

/** @param isMoving of a status whether it goes on, with bytes */
export function progressLines({ isQuiet, isMoving, stream }: ProgressOptions): ProgressLines {
  if (isQuiet) return { tell: () => {}, [Symbol.dispose]: () => {} };
  return stream.isTTY ? onTerminal(isMoving, stream) : inPipe(isMoving, stream);
}

export interface ProgressOptions {
  readonly isQuiet: boolean;
  readonly isMoving: (status: string) => boolean;
  readonly stream: NodeJS.WriteStream;
}

function inPipe(isMoving: (status: string) => boolean, stream: NodeJS.WriteStream): ProgressLines {
  const last = new Map<string, string>();
  return {
    tell: ({ digest, status }) => {
      if (isMoving(status) || last.get(digest) === status) return;
      last.set(digest, status);
      stream.write(`${shortDigest(digest)}: ${status}\n`);
    },
    [Symbol.dispose]: () => {},
  };
}

interface Line extends LayerProgress {
  /** When its first bytes were told, ms. */
  readonly since: number;
}

function onTerminal(isMoving: (status: string) => boolean, stream: NodeJS.WriteStream): ProgressLines {
  const lines = new Map<string, Line>();
  let drawn = 0;
  let due: NodeJS.Timeout | undefined;
  const draw = (): void => {
    due = undefined;
    const columns = stream.columns || 80;
    const text = [...lines.values()].map((line) => lineText(line, isMoving(line.status)).slice(0, columns - 1));
    stream.write(`${drawn === 0 ? "" : `\u001B[${drawn}A`}${text.map((line) => `\u001B[2K${line}\r\n`).join("")}`);
    drawn = lines.size;
  };
  return {
    tell: (event) => {
      const before = lines.get(event.digest);
      lines.set(event.digest, { ...event, since: before?.status === event.status ? before.since : Date.now() });
      due ??= setTimeout(draw, REDRAWN);
    },
    [Symbol.dispose]: () => {
      clearTimeout(due);
      if (lines.size > 0) draw();
    },
  };
}

/** Milliseconds. */
const REDRAWN = 100;

/** `5cc84ad355aa: Downloading [=====>     ]  1.2MB/3.4MB  5.6MB/s` */
function lineText({ digest, status, current, total, since }: Line, isMoving: boolean): string {
  const start = `${shortDigest(digest)}: ${status}`;
  if (!isMoving || current === 0 || total === 0) return start;
  const done = Math.floor((BAR * Math.min(current, total)) / total);
  const bar = `${"=".repeat(done)}${done < BAR ? ">" : ""}`.padEnd(BAR);
  const seconds = (Date.now() - since) / 1000;
  const rate = seconds > 0.5 ? `  ${decimalSize(current / seconds)}/s` : "";
  return `${start} [${bar}]  ${decimalSize(current)}/${decimalSize(total)}${rate}`;
}

const BAR = 30;

function shortDigest(digest: string): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}
