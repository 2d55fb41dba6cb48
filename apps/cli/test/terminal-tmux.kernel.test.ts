import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { afterAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { openScreen, type Screen } from "./support/tmux.ts";
import { wbScript } from "./support/wb.ts";

// Containers with a terminal stay for a moment after the last one.
const state = temporaryDirectory("wb-state-");
process.env["WB_STATE"] = state.path;
process.env["WB_ROOT"] = `${state.path}/data`;
// A container goes on without its terminal.
afterAll(async () => {
  const { stdout } = await execa(wbScript(), ["ps", "-aq"]);
  if (stdout !== "") await execa(wbScript(), ["rm", "-f", ...stdout.split("\n")]);
  state[Symbol.dispose]();
});

const inTmux = requires("root", "command:tmux", "command:bash");

/** What a person types who wants a shell. */
const SHELL = "-it -e PS1='box$ ' bash --norc --noprofile";

/** A terminal in which a container's shell prompts, and the terminal's settings before. */
async function shellIn(screen: Screen, args: string = SHELL): Promise<string> {
  const settings = await screen.output("stty -g");
  expect(settings).toMatch(/^[\da-f:]+$/u);
  await screen.enter(`clear; ${wbScript()} run --rm --rootfs=/:O ${args}`, /box\$$/u);
  return settings;
}

/** The processes whose command lines match, by pgrep(1). */
async function pids(pattern: string): Promise<number[]> {
  const { stdout } = await execa("pgrep", ["-f", pattern], { reject: false });
  return stdout.split("\n").filter(Boolean).map(Number);
}

/** wb, by the name that is its argument. Never anything else: kill(2) takes -1 for all processes that there are. */
async function wbNamed(name: string): Promise<number> {
  const [pid] = await pids(` run --rm --rootfs=/:O --name ${name} `);
  if (pid === undefined) throw new Error(`no wb runs a container ${name}`);
  return pid;
}

/** As docker's, the container goes on when the `wb run -it` does not: it is there, and can be removed. */
async function goesOn(name: string): Promise<void> {
  await expect.poll(() => pids(` run --rm --rootfs=/:O --name ${name} `)).toEqual([]);
  const { stdout } = await execa(wbScript(), ["ps", "--format", "{{.Names}} {{.State}}", "--filter", `name=${name}`]);
  expect(stdout).toBe(`${name} running`);
  await execa(wbScript(), ["rm", "-f", name]);
}

describe("wb run -it", () => {
  inTmux("is a terminal: prompt, size, keys, and an end that leaves the caller's as it was", async () => {
    const before = hostState();
    {
      using screen = await openScreen();
      const settings = await shellIn(screen);
      expect(await screen.output("tty; stty size; echo $TERM; stty | grep -c raw")).toBe(
        "/dev/pts/0\n40 150\nxterm\n0",
      );
      screen.resize(100, 30);
      await screen.enter("stty size", /30 100\nbox\$$/u);
      screen.type("echo wrong", "C-u", "echo ri", "C-a", "C-e", "ght", "Enter");
      await screen.shows(/^right$/mu);
      await screen.enter("exit 7", /host\$$/u);
      await screen.enter("echo status $?", /status 7$/mu);
      expect(await screen.output("stty -g")).toBe(settings);
    }
    await isAsBefore(before);
  });

  inTmux("Ctrl-C ends the foreground job, Ctrl-Z stops it, fg goes on with it", async () => {
    using screen = await openScreen();
    await shellIn(screen);
    await screen.enter("sleep 4713", /sleep 4713\n?$/u);
    screen.type("C-c");
    await screen.shows(/\^C\nbox\$$/u);
    await screen.enter("echo status $?", /status 130$/mu);
    await screen.enter("cat", /cat\n?$/u);
    screen.type("C-z");
    await screen.shows(/Stopped +cat\nbox\$$/u);
    await screen.enter("fg", /fg\ncat\n?$/u);
    await screen.enter("hello", /hello\nhello\n?$/u);
    screen.type("C-d");
    await screen.shows(/hello\nbox\$$/u);
    screen.type("C-d");
    await screen.shows(/exit\nhost\$$/u);
  });

  inTmux("shows a full-screen program, which learns of a new size", async () => {
    using screen = await openScreen();
    await shellIn(screen);
    await screen.enter("seq 100 | less", /^1\n2\n[^]*\n39\n:$/u);
    screen.type(" ");
    await screen.shows(/^40\n[^]*\n78\n:$/u);
    screen.resize(80, 20);
    await screen.shows(/\n(?:\d+\n){18}:$/u);
    screen.type("q");
    await screen.shows(/box\$$/u);
  });
});

describe("the caller's terminal is as it was after wb run -it", () => {
  const ends = async (screen: Screen, settings: string, end: () => Promise<unknown>): Promise<void> => {
    await end();
    await screen.shows(/host\$$/u);
    expect(await screen.output("stty -g")).toBe(settings);
  };
  const nameOf = (signal: string): string => `tty-${signal.toLowerCase()}-${process.pid}`;

  inTmux.for(["SIGKILL", "SIGTERM", "SIGHUP"] as const)("was sent %s", async (signal) => {
    const before = hostState();
    const name = nameOf(signal);
    {
      using screen = await openScreen();
      const settings = await shellIn(screen, `--name ${name} ${SHELL}`);
      const pid = await wbNamed(name);
      await ends(screen, settings, async () => process.kill(pid, signal));
      await goesOn(name);
    }
    await isAsBefore(before);
  });

  inTmux("was killed with its whole job", async () => {
    using screen = await openScreen();
    const settings = await shellIn(screen, `--name ${nameOf("job")} ${SHELL}`);
    await ends(screen, settings, async () => process.kill(-(await wbNamed(nameOf("job"))), "SIGKILL"));
    await goesOn(nameOf("job"));
  });

  inTmux("under a shell that never sets the terminal itself was killed", async () => {
    using screen = await openScreen();
    const settings = await screen.output("stty -g");
    await screen.enter("PS1='dash$ ' dash -i", /dash\$$/u);
    await screen.enter(`${wbScript()} run --rm --rootfs=/:O --name ${nameOf("dash")} ${SHELL}`, /box\$$/u);
    process.kill(await wbNamed(nameOf("dash")), "SIGKILL");
    await screen.shows(/dash\$$/u);
    await expect.poll(() => screen.output("stty -g")).toBe(settings);
    await goesOn(nameOf("dash"));
  });

  requires(
    "root",
    "command:tmux",
    "command:bash",
    "cgroup_controller:memory",
  )("ran out of memory", async () => {
    using screen = await openScreen();
    const settings = await shellIn(screen, `-m 24m ${SHELL}`);
    await screen.enter("exec perl -e 'my @all; push @all, q(x) x 1e6 while 1'", /host\$$/u);
    await screen.enter("echo status $?", /status 137$/mu);
    expect(await screen.output("stty -g")).toBe(settings);
  });

  inTmux("could not start its command", async () => {
    using screen = await openScreen();
    const settings = await screen.output("stty -g");
    await screen.enter(`${wbScript()} run --rm --rootfs=/:O -it no-such-command`, /^wb: [^]*\nhint: [^]*\nhost\$$/mu);
    expect(await screen.output("stty -g")).toBe(settings);
  });

  inTmux("was stopped, and it is in raw mode again when wb goes on", async () => {
    using screen = await openScreen();
    const name = nameOf("stop");
    const settings = await shellIn(screen, `--name ${name} ${SHELL}`);
    const pid = await wbNamed(name);
    for (const signal of ["SIGTSTP", "SIGSTOP"]) {
      process.kill(pid, signal);
      await screen.shows(/Stopped[^]*host\$$/u);
      expect(await screen.output("stty -g")).toBe(settings);
      screen.type("clear", "Enter");
      await screen.enter("fg", /run/u);
      screen.type("C-u", "stty -a | grep -c -- -icanon", "Enter");
      await screen.shows(/^0\n(?:box\$)?$/mu);
      await screen.enter("sleep 4715", /4715$/u);
      screen.type("C-c");
      await screen.shows(/\^C\nbox\$$/u);
    }
    await screen.enter("exit 3", /host\$$/u);
    await screen.enter("echo status $?", /status 3$/mu);
    expect(await screen.output("stty -g")).toBe(settings);
  });
});

inTmux("a terminal that goes away takes wb run with it, and leaves the container", async () => {
  const before = hostState();
  const commands = [
    "-it sh -c 'echo ready; exec cat'",
    "-it sh -c 'echo ready; exec sleep 4716'",
    `-t sh -c 'trap "" HUP; echo ready; sleep 4716'`,
  ];
  await Promise.all(
    commands.map(async (command, index) => {
      const name = `gone-${process.pid}-${index}`;
      using screen = await openScreen();
      await screen.enter(`clear; ${wbScript()} run --rm --rootfs=/:O --name ${name} ${command}`, /^ready\n?$/mu);
      screen.close();
      await goesOn(name);
    }),
  );
  expect(await pids("^sleep 4716")).toEqual([]);
  await isAsBefore(before);
});

describe("wb run -it in the background", () => {
  inTmux("goes on when it was stopped, and sets no terminal that is another's by then", async () => {
    using screen = await openScreen();
    const name = `background-${process.pid}`;
    const settings = await shellIn(screen, `--name ${name} ${SHELL}`);
    await screen.enter("while :; do sleep 0.05; done", /done\n?$/u);
    const pid = await wbNamed(name);
    process.kill(pid, "SIGSTOP");
    await screen.shows(/Stopped[^]*host\$$/u);
    screen.type("bg", "Enter");
    await screen.shows(/bg\n[^]*&\nhost\$$/u);
    process.kill(pid, "SIGTERM");
    await goesOn(name);
    await screen.enter("", /\[1\]\+ +(?:Terminated|Exit 143)/u);
    expect(await screen.output("stty -g")).toBe(settings);
  });

  inTmux("is stopped before there is a container, and goes on with fg", async () => {
    using screen = await openScreen();
    const settings = await screen.output("stty -g");
    await screen.enter(`${wbScript()} run --rm --rootfs=/:O --name background ${SHELL} &`, /\[1\]/u);
    await screen.enter("sleep 0.5; jobs", /\[1\]\+ +Stopped/u);
    expect(await screen.output("stty -g")).toBe(settings);
    await screen.enter("clear; fg", /box\$$/u);
    await screen.enter("exit", /host\$$/u);
    expect(await screen.output("stty -g")).toBe(settings);
  });
});
