import { existsSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { wbScript } from "./support/wb.ts";

const state = JSON.stringify(join(import.meta.dirname, "../src/engine/state.ts"));

/** Makes states and looks whether each stays; 0 is only said after all. */
const owner = `
  import { existsSync } from "node:fs";
  import { randomBytes } from "node:crypto";
  import { State } from ${state};
  for (let round = 0; round < 400; round += 1) {
    const owned = State.claim(randomBytes(32).toString("hex"));
    for (let look = 0; look < 40; look += 1) {
      if (!existsSync(owned.paths.mountpoint)) throw new Error("the state of a living owner was removed");
    }
    owned[Symbol.dispose]();
  }`;

const cleaner = `
  import { cleanLeftovers } from ${state};
  for (;;) await cleanLeftovers(async () => true);`;

requires("root")("a state stays while its owner lives, whoever cleans up meanwhile", async () => {
  using directory = temporaryDirectory();
  const env = { WB_STATE: join(directory.path, "state") };
  const script = (text: string): string[] => [
    "--conditions=wb-source",
    "--input-type=module-typescript",
    "--eval",
    text,
  ];
  const cleaners = [cleaner, cleaner, cleaner].map((text) =>
    execa(process.execPath, script(text), { env, reject: false }),
  );
  const owners = [owner, owner].map((text) => execa(process.execPath, script(text), { env }));
  try {
    await Promise.all(owners);
  } finally {
    for (const child of cleaners) child.kill("SIGKILL");
    await Promise.all(cleaners);
  }
  expect(existsSync(env.WB_STATE)).toBe(false);
});

requires(
  "root",
  "command:unshare",
  "command:busybox",
)("the directory of states may be where something is mounted", async () => {
  using directory = temporaryDirectory();
  using root = busyboxRoot();
  const script = `mount -t tmpfs none "$WB_STATE" && "$@" && ls "$WB_STATE"`;
  const argv = ["--mount", "sh", "-ec", script, "sh", wbScript(), "run", "--rootfs", `${root.path}:O`, "echo", "ran"];
  const made = await execa("unshare", argv, { env: { WB_STATE: directory.path }, reject: false });
  expect(made).toMatchObject({ stderr: "", exitCode: 0, stdout: expect.stringMatching(/^ran\n/) });
  expect(made.stdout).not.toMatch(/^[0-9a-f]{12,}$/m);
});
