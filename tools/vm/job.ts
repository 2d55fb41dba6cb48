export interface Job {
  readonly command: readonly string[];
  readonly cgroup: string;
  readonly init: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Directories that are to be there even below /tmp and /run. */
  readonly visible: readonly string[];
  /** Where the kernel's modules are on the host. */
  readonly kernel: string;
  /** Where systemd is on the host, as far as the host does not have it itself. */
  readonly systemd: string;
}

/** What guest/init.sh and guest/run.sh are told, as a file for sh; `visible` is "$@" in it. */
export function jobScript({ command, cgroup, init, environment, cwd, visible, kernel, systemd }: Job): string {
  return [
    `cgroup=${quote(cgroup)}`,
    `directory=${quote(cwd)}`,
    `init=${quote(init)}`,
    `kernel=${quote(kernel)}`,
    `systemd=${quote(systemd)}`,
    `set -- ${visible.map(quote).join(" ")}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    // Through the machine's own sh: busybox prefers its applets to programs in PATH.
    `job() { exec /bin/sh -c 'exec "$@"' sh ${command.map(quote).join(" ")}; }`,
    "",
  ].join("\n");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
