import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { describe, expect } from "vitest";
import { CLEAN_UP } from "../src/engine/containers/clean-up-command.ts";
import { processStat } from "../src/runtime/lifecycle/init-process.ts";
import { detachedBench, pidsOf } from "./support/detached-bench.ts";
import { start } from "./support/wb.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** The whole of it takes minutes: WB_TEST_WHOLE_FAULTS=1. */
const KILLS = process.env["WB_TEST_WHOLE_FAULTS"] === "1" ? 500 : 12;

kernel(
  `no kill -9 of wb or a supervisor, of ${KILLS}, loses a container or leaves one that only seems to run`,
  async () => {
    await using here = detachedBench();
    const env = { WB_ROOT: here.data, WB_STATE: here.run };
    const id = await here.start("--name", "web", "sleep", "1000");
    const commands = [
      ["stop", "-t", "0", "web"],
      ["start", "web"],
      ["restart", "-t", "0", "web"],
      ["kill", "web"],
      ["ps", "-a"],
    ];
    for (let n = 0; n < KILLS; n++) {
      if (n % 3 === 2) {
        // By its own id: nobody else's.
        for (const pid of pidsOf(`wb-supervisor ${id}`)) process.kill(pid, "SIGKILL");
      } else {
        const running = start(commands[n % commands.length]!, { env });
        await new Promise((resolve) => setTimeout(resolve, (n * 37) % 160));
        running.kill("SIGKILL");
        await running.outcome;
      }
      const listed = await here.call("ps", "-a", "--format", "{{.ID}} {{.State}}");
      const [, state = ""] = new RegExp(`^${id.slice(0, 12)} (\\w+)$`, "m").exec(listed.stdout) ?? [];
      expect([n, listed.status, state]).toEqual([n, 0, expect.stringMatching(/^(running|exited|created)$/)]);
    }
    await waitFor(async () => {
      const started = await here.call("start", "web");
      expect([started.stderr, started.status]).toEqual(["", 0]);
    });
    expect((await here.call("exec", "web", "true")).status).toBe(0);
  },
  KILLS * 5000,
);

kernel("a clean-up that is killed is done by the next command", async () => {
  await using here = detachedBench();
  let killed = 0;
  for (let tries = 0; tries < 20 && killed < 3; tries++) {
    const name = `web${tries}`;
    const id = await here.start("--name", name, "sh", "-c", "sleep 0.3; exit 3");
    const pid = await waitFor(() => {
      const [found = 0] = cleaningUp(id);
      // One that was too fast has written the end.
      expect(found > 0 || !existsSync(join(here.run, "containers", id))).toBe(true);
      return found;
    });
    if (pid > 0) {
      await new Promise((resolve) => setTimeout(resolve, tries * 7));
      process.kill(pid, "SIGKILL");
      killed++;
    }
    expect([tries, await here.status(name)]).toEqual([tries, expect.stringMatching(/^Exited \(3\) /)]);
    await waitFor(() => expect(existsSync(join(here.run, "supervised", id))).toBe(false));
    expect(await here.call("rm", name)).toMatchObject({ status: 0, stderr: "" });
  }
  expect(killed).toBeGreaterThan(0);
});

/** The pids of what cleans up after a container. */
function cleaningUp(id: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(`\0${CLEAN_UP}\0${id}`);
      } catch {
        return false;
      }
    });
}

describe("a damaged file", () => {
  const faults: Readonly<Record<string, (paths: { entry: string; run: string; id: string }) => void>> = {
    "config.json truncated": ({ entry }) => truncateSync(join(entry, "config.json"), 10),
    "config.json removed": ({ entry }) => rmSync(join(entry, "config.json")),
    "state.json truncated": ({ entry }) => truncateSync(join(entry, "state.json"), 5),
    "state.json removed": ({ entry }) => rmSync(join(entry, "state.json")),
    "the runtime's state.json truncated": ({ run, id }) => truncateSync(join(run, "containers", id, "state.json"), 5),
    "the runtime's directory removed": ({ run, id }) => rmSync(join(run, "containers", id), { recursive: true }),
    "the supervisor's directory removed": ({ run, id }) => rmSync(join(run, "supervised", id), { recursive: true }),
    "a wrong record of the end": ({ run, id }) => writeFileSync(join(run, "supervised", id, "exit"), "no record"),
    "all of /run removed": ({ run }) => rmSync(run, { recursive: true }),
    "all of /run removed, and state.json": ({ entry, run }) => {
      rmSync(run, { recursive: true });
      rmSync(join(entry, "state.json"));
    },
    "every file truncated": ({ entry, run, id }) => {
      for (const path of [entry, join(run, "containers", id)])
        for (const name of ["config.json", "state.json"]) truncateSync(join(path, name), 0);
    },
  };

  kernel("hides no container that runs, and wb rm -f gets rid of it", async () => {
    for (const [title, damage] of Object.entries(faults)) {
      await using here = detachedBench();
      const id = await here.start("--name", "web", "sleep", "1000");
      const record = JSON.parse(readFileSync(join(here.run, "containers", id, "state.json"), "utf8")) as {
        init_process_pid: number;
      };
      damage({ entry: join(here.data, "containers", id), run: here.run, id });
      expect([title, await here.status("web")]).toEqual([title, expect.stringMatching(/^Up /)]);
      expect([title, (await here.call("rm", "-f", "web")).status]).toEqual([title, 0]);
      await waitFor(() => expect(processStat(record.init_process_pid)?.state ?? "X").toMatch(/[XZ]/));
      expect((await here.call("ps", "-aq")).stdout).toBe("");
    }
  });

  kernel("of one that does not run is said when it is started", async () => {
    await using here = detachedBench();
    const id = await here.start("--name", "web", "true");
    await here.call("wait", "web");
    await waitFor(() => expect(pidsOf(`wb-supervisor ${id}`)).toEqual([]));
    truncateSync(join(here.data, "containers", id, "config.json"), 10);
    await waitFor(async () => expect(await here.status("web")).toBe("Dead"));
    const refused = await here.call("start", "web");
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/config\.json is missing or damaged\nhint: wb rm -f /),
    ]);
    expect((await here.call("rm", "web")).status).toBe(0);
  });
});
