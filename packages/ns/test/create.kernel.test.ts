import { readFileSync, writeSync } from "node:fs";
import { address, call, closeFd, makePipe, step, tryWait } from "@wb/syscall";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { CommandError, create, findCommand, sync } from "../src/index.ts";

/** Waits for a byte from this process. */
const waiting = (reader: number) => step("wait for the start", [call("read", reader, address("byte"), 1)]);

describe("create()", () => {
  test("leaves a process that waits, and begins its command when it is told", async () => {
    using directory = temporaryDirectory();
    const file = `${directory.path}/began`;
    const [reader, writer] = makePipe();
    const told: number[] = [];
    const { pid, pidfd } = await create(["touch", file], {
      setup: [...sync("created"), waiting(reader)],
      inherit: [reader],
      on: { created: (process) => void told.push(process.pid) },
    });
    expect(told).toEqual([pid]);
    expect(() => readFileSync(file)).toThrow("ENOENT");
    writeSync(writer, "0");
    expect(tryWait(pidfd, { block: true })).toEqual({ code: 0, signal: null });
    expect(readFileSync(file, "utf8")).toBe("");
    for (const fd of [reader, writer, pidfd]) closeFd(fd);
  });

  test("gives the handlers of `on` the value that is told, in the order of the Steps, and waits for them", async () => {
    const [reader, writer] = makePipe();
    const order: string[] = [];
    const { pidfd } = await create(["true"], {
      setup: [
        ...sync("mounted"),
        step("a value", [{ assign: address("answer"), to: 42 }]),
        ...sync("listener", { cell: "answer" }),
        ...sync("created"),
        waiting(reader),
      ],
      inherit: [reader],
      on: {
        mounted: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push("mounted");
        },
        listener: (_, value) => void order.push(`listener ${value}`),
        created: () => void order.push("created"),
      },
    });
    expect(order).toEqual(["mounted", "listener 42", "created"]);
    writeSync(writer, "0");
    tryWait(pidfd, { block: true });
    for (const fd of [reader, writer, pidfd]) closeFd(fd);
  });

  test("leaves no process when a handler throws", async () => {
    let pid = 0;
    const failing = create(["true"], {
      setup: [...sync("created"), step("wait", [call("ppoll", null, 0, null, null, 8)])],
      on: {
        created: (process) => {
          pid = process.pid;
          throw new Error("the disk is full");
        },
      },
    });
    await expect(failing).rejects.toThrow("the disk is full");
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test.for([
    { command: "no-such-command", code: "ENOENT" },
    { command: "/etc", code: "EISDIR" },
    { command: "/etc/passwd", code: "EACCES" },
  ])("findCommand() refuses $command with $code while somebody hears of it", async ({ command, code }) => {
    const env = { PATH: "/usr/bin:/bin" };
    const failing = create([command], {
      env,
      // root may read anything, and execute what anybody may.
      setup: [findCommand({ argv: [command], env }), ...sync("created")],
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ code, command });
  });

  test("makes the Steps of `otherwise` when the command cannot be executed after all", async () => {
    using directory = temporaryDirectory();
    const [reader, writer] = makePipe();
    const { pidfd } = await create([`${directory.path}/gone`], {
      setup: [...sync("created"), waiting(reader)],
      inherit: [reader],
      otherwise: (errno) => [step("end by the errno", [call("exit_group", { ...errno, mask: 0xffn })])],
    });
    writeSync(writer, "0");
    // The low byte of -ENOENT.
    expect(tryWait(pidfd, { block: true })).toEqual({ code: 0xfe, signal: null });
    for (const fd of [reader, writer, pidfd]) closeFd(fd);
  });
});
