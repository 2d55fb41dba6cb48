import { readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/** The table of `ps -ef` by /proc alone, proc_pid_stat(5), for a machine without ps. Users are numbers in it. */
export function procTable(pids: readonly number[], now: number = Date.now()): string {
  const boot = now - Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000;
  const lines = pids.map((pid) => lineOf(pid, { boot, now })).filter((line) => line !== undefined);
  return [TITLES, ...lines].map((words) => `${words.join(" ")}\n`).join("");
}

const TITLES = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];

/** sysconf(3), _SC_CLK_TCK: 100 to every program, whatever the kernel counts in. */
const TICKS = 100;

function lineOf(
  pid: number,
  { boot, now }: { readonly boot: number; readonly now: number },
): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const end = stat.lastIndexOf(")");
    // Field 3 is the first one behind the name, which may have any character in it.
    const fields = stat.slice(end + 2).split(" ");
    const field = (number: number): number => Number(fields[number - 3]);
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "?";
    const started = boot + (field(22) / TICKS) * 1000;
    const seconds = Math.floor((field(14) + field(15)) / TICKS);
    const share = Math.min(99, Math.floor((seconds * 100_000) / Math.max(1, now - started)));
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "").replaceAll("\0", " ");
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return [
      uid,
      String(pid),
      String(field(4)),
      String(share),
      startText(started, now),
      terminalText(field(7)),
      clockText(seconds),
      // What has no command line is told by its name, as ps does.
      printable(command === "" ? `[${name}]` : command),
    ];
  } catch (error) {
    // It has ended meanwhile.
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

/** The time of day, and of what began more than a day ago the date. */
function startText(started: number, now: number): string {
  const date = new Date(started);
  if (now - started < 24 * 3_600_000) return `${padded(date.getHours())}:${padded(date.getMinutes())}`;
  return `${date.toLocaleString("en-US", { month: "short" })}${padded(date.getDate())}`;
}

/** `pts/0` for numbers of Unix98 terminals, Documentation/admin-guide/devices.txt. */
function terminalText(device: number): string {
  if (device === 0) return "?";
  const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xf_ff00)];
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  return major === 4 ? `tty${minor}` : "?";
}

function clockText(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(padded).join(":");
}

function padded(number: number): string {
  return String(number).padStart(2, "0");
}

/** One line, whatever a process calls itself. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, "?");
}
