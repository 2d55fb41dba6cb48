import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";

/** A terminal with a shell in it, which a person could sit at: tmux(1) with a server of its own. Disposing of it ends it. */
export interface Screen extends Disposable {
  /** What is on it, without what is empty at its end. */
  readonly text: () => string;
  /** Types; `Enter`, `C-c` and other keys by their names in tmux(1). */
  readonly type: (...keys: readonly string[]) => void;
  /** Types a line, and waits until the screen shows what is expected of it. */
  readonly enter: (line: string, expected: RegExp) => Promise<void>;
  readonly shows: (expected: RegExp) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  /** What a line prints between two marks. */
  readonly output: (line: string) => Promise<string>;
  /** Takes the terminal away, as a closed window does. */
  readonly close: () => void;
}

/** Where the test has its containers. */
function places(): Record<string, string> {
  const { WB_ROOT, WB_STATE } = process.env;
  return { ...(WB_ROOT === undefined ? {} : { WB_ROOT }), ...(WB_STATE === undefined ? {} : { WB_STATE }) };
}

/** Opens one, of 150 by 40 characters. Its shell is bash without anyone's configuration, which prompts with `host$`. */
export async function openScreen(): Promise<Screen> {
  const directory = temporaryDirectory();
  const env = { PATH: process.env["PATH"], SHELL: "/bin/sh", TERM: "xterm", LC_ALL: "C", PS1: "host$ ", ...places() };
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", join(directory.path, "socket"), "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  tmux("new-session", "-d", "-x", "150", "-y", "40", "bash", "--norc", "--noprofile");
  const text = (): string => tmux("capture-pane", "-p").trimEnd();
  const type = (...keys: readonly string[]): void => void tmux("send-keys", ...keys);
  const shows = (expected: RegExp): Promise<void> => expect.poll(text, { interval: 20 }).toMatch(expected);
  const enter = (line: string, expected: RegExp): Promise<void> => {
    tmux("send-keys", "-l", line);
    type("Enter");
    return shows(expected);
  };
  const screen: Screen = {
    text,
    type,
    shows,
    enter,
    resize: (columns, rows) => void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    output: async (line) => {
      const mark = randomBytes(4).toString("hex");
      // The line itself, which the terminal shows, too, has no whole mark.
      await enter(`echo ${mark}''a; ${line}; echo ${mark}''z`, new RegExp(`${mark}z`, "u"));
      return new RegExp(`${mark}a\\n([^]*?)\\n?${mark}z`, "u").exec(text())?.[1] ?? "";
    },
    close: () => void tmux("kill-pane"),
    [Symbol.dispose]: () => {
      try {
        tmux("kill-server");
      } catch {
        // It ends with its last terminal.
      }
      directory[Symbol.dispose]();
    },
  };
  try {
    await shows(/^host\$$/u);
  } catch (error) {
    screen[Symbol.dispose]();
    throw error;
  }
  return screen;
}
