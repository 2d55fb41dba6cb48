import { dirname, join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, type TemporaryDirectory, temporaryDirectory } from "@wb/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { killSupervisor } from "./support/detached-bench.ts";
import { openScreen, type Screen } from "./support/tmux.ts";
import { type Outcome, wb, wbScript } from "./support/wb.ts";

leavesHostUnchanged();

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-session-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") } });
}

/** A terminal whose shell knows `wb` and where the test has its containers. */
async function openSession(): Promise<Screen> {
  const screen = await openScreen();
  const places = `WB_ROOT=${join(place.path, "data")} WB_STATE=${join(place.path, "run")}`;
  await screen.enter(`export ${places} PATH=${dirname(wbScript())}:$PATH; clear; echo set`, /^set\nhost\$$/u);
  return screen;
}

/** Waits until the whole screen is this, with times and ids that nobody knows before as words. */
function expectScreen(screen: Screen, lines: readonly string[]): Promise<void> {
  const known = (): string[] =>
    screen
      .text()
      .split("\n")
      .map((line) =>
        line
          .trimEnd()
          .replace(/^[0-9a-f]{12}\b/, "<id>")
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, "<time>")
          .replaceAll(/(?:Less than a second|\d+ seconds?|About a minute)/g, "<while>")
          .replaceAll(/ {2,}/g, "  "),
      );
  return expect.poll(known, { interval: 20 }).toEqual(lines);
}

const inTmux = requires("root", "command:busybox", "command:tmux", "command:bash");
const kernel = requires("root", "command:busybox");

inTmux("a session that a person has: run, detach, attach, resize, exec, logs, stop, restart, inspect, rm", async () => {
  using screen = await openSession();
  const settings = await screen.output("stty -g");

  await screen.enter(`clear; wb run -it --name web --rootfs ${root.path} sh`, /\/ #$/u);
  await screen.enter("clear; echo $((6 * 7)); tty; stty size", /^40 150$/mu);
  await expectScreen(screen, ["42", "/dev/pts/0", "40 150", "/ #"]);

  screen.type("C-p", "C-q");
  await screen.shows(/host\$$/u);
  expect(await screen.output("stty -g")).toBe(settings);
  await screen.enter("clear; wb ps", /web/u);
  await expectScreen(screen, [
    "CONTAINER ID  IMAGE  COMMAND  CREATED  STATUS  PORTS  NAMES",
    `<id>  ${root.path}  "sh"  <while> ago  Up <while>  web`,
    "host$",
  ]);

  await screen.enter("clear; wb attach web", /\/ #$/u);
  screen.resize(100, 30);
  await screen.enter("clear; stty size", /^30 100\n\/ #$/mu);
  await screen.enter("sleep 4718", /sleep 4718$/u);
  screen.type("C-c");
  await screen.enter("echo status $?", /^status 130$/mu);
  screen.type("C-p", "C-q");
  await screen.shows(/host\$$/u);

  await screen.enter("clear; wb exec -it web sh", /\/ #$/u);
  await screen.enter("clear; tty; stty size; exit 9", /host\$$/u);
  await screen.enter("echo status $?", /^status 9$/mu);
  await expectScreen(screen, ["/dev/pts/1", "30 100", "host$ echo status $?", "status 9", "host$"]);
  expect(await screen.output("stty -g")).toBe(settings);

  await screen.enter("clear; wb logs --tail 1 web | tr -d '\\r'", /host\$$/u);
  await screen.enter("clear; wb restart -t 0 web", /^web\nhost\$$/u);
  await screen.enter(
    "clear; wb inspect -f '{{.Name}} {{.State.Status}} {{.RestartCount}} {{.Config.Tty}}' web",
    /^\/web running 0 true\nhost\$$/u,
  );
  await screen.enter("clear; wb rm web", /host\$$/u);
  expect(screen.text()).toMatch(
    /^wb: .*container is running\nhint: stop the container before removing or force remove\n/u,
  );
  await screen.enter("clear; wb stop -t 0 web && wb rm web && wb ps -aq", /^web\nweb\nhost\$$/u);
  expect(await screen.output("stty -g")).toBe(settings);
});

inTmux("wb logs -f shows what comes until Ctrl-C, from where it was asked to", async () => {
  using screen = await openSession();
  const script = "echo one; echo two; echo three; exec sleep 4719";
  await screen.enter(`clear; wb run -d --name talk --rootfs ${root.path} sh -c '${script}' | wc -c`, /^65\nhost\$$/u);
  await screen.enter("clear; wb logs -f --timestamps --tail 2 --since 1h talk", / three$/u);
  const say = (word: string): Promise<Outcome> => call("exec", "talk", "sh", "-c", `echo ${word} >/proc/1/fd/1`);
  expect(await say("four")).toMatchObject({ status: 0 });
  await expectScreen(screen, ["<time> two", "<time> three", "<time> four"]);
  screen.type("C-c");
  await screen.shows(/host\$$/u);
  expect(await say("five")).toMatchObject({ status: 0 });
  await screen.enter("clear; wb logs --tail 2 talk", /^four\nfive\nhost\$$/u);
  await screen.enter("clear; wb logs --since 2999-01-01 talk; wb logs --until 1h talk", /^host\$$/u);
  await screen.enter(
    "clear; wb stop -t 0 talk; wb ps -a --format '{{.Names}} {{.State}}'",
    /^talk\ntalk exited\nhost\$$/u,
  );
});

inTmux("two terminals at one container see the same; one that goes leaves the other", async () => {
  using one = await openSession();
  using other = await openSession();
  await one.enter(`clear; wb run -it --name web --rootfs ${root.path} sh`, /\/ #$/u);
  await other.enter("clear; wb attach web", /\/ #$/u);
  await one.enter("echo from one", /^from one\n\/ #$/mu);
  await other.shows(/^from one\n\/ #$/mu);
  one.type("C-p", "C-q");
  await one.shows(/host\$$/u);
  await other.enter("echo from other; exit 4", /^from other\nhost\$$/mu);
  await other.enter("echo status $?", /^status 4$/mu);
});

inTmux("a terminal container whose supervisor was killed is attached to as before", async () => {
  using screen = await openSession();
  const { stdout, status } = await call("run", "-dit", "--name", "web", "--rootfs", root.path, "sh");
  expect(status).toBe(0);
  await killSupervisor(stdout.trim());
  await screen.enter("clear; wb attach --detach-keys ctrl-x,x web", /\/ #$/u);
  await screen.enter("echo still $((6 * 7))", /^still 42$/mu);
  screen.type("C-x", "x");
  await screen.shows(/read escape sequence\nhost\$$/u);
  expect((await call("logs", "web")).stdout).toContain("still 42\r\n");
  expect((await call("ps", "--format", "{{.Names}} {{.State}}")).stdout).toBe("web running\n");
});

inTmux(
  "a command of wb exec runs on when it is detached from by keys, with a terminal that takes what it writes",
  async () => {
    using screen = await openSession();
    expect(
      (await call("run", "-d", "--name", "web", "--tmpfs", "/tmp", "--rootfs", root.path, "sleep", "1000")).status,
    ).toBe(0);
    const settings = await screen.output("stty -g");
    await screen.enter("clear; wb exec -it --detach-keys ctrl-x,x web sh", /\/ #$/u);
    const more = "while [ ! -e /tmp/go ]; do sleep 0.05; done; yes | head -c 1000000; tty >/tmp/done; sleep 4720";
    await screen.enter(more, /4720$/u);
    screen.type("C-x", "x");
    await screen.shows(/read escape sequence\nhost\$$/u);
    await screen.enter("echo status $?", /^status 1$/mu);
    expect(await screen.output("stty -g")).toBe(settings);
    expect(
      await call("exec", "web", "sh", "-c", "touch /tmp/go; while [ ! -e /tmp/done ]; do sleep 0.05; done"),
    ).toMatchObject({
      status: 0,
    });
    expect((await call("top", "web", "-o", "pid,args")).stdout).toMatch(
      /^PID +COMMAND\n\d+ +sleep 1000\n\d+ +sh\n\d+ +sleep 4720\n$/,
    );
  },
);

kernel("twenty commands at once in one container have each its own output and status", async () => {
  const { status } = await call("run", "-d", "--name", "web", "--rootfs", root.path, "sleep", "1000");
  expect(status).toBe(0);
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  const made = await Promise.all(
    numbers.map((index) => call("exec", "web", "sh", "-c", `echo ${index}; exit ${index}`)),
  );
  expect(made).toEqual(numbers.map((index) => ({ stdout: `${index}\n`, stderr: "", status: index })));
  expect((await call("top", "web", "-o", "pid,args")).stdout).toMatch(/^PID +COMMAND\n\d+ +sleep 1000\n$/);
});
