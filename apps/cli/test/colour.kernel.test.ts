import { requires } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { wbScript } from "./support/wb.ts";

const onTerminal = async (words: string, env: Record<string, string>): Promise<string> =>
  (
    await execa("script", ["-qec", `${wbScript()} ${words}`, "/dev/null"], {
      env: { TERM: "xterm", ...env },
      reject: false,
    })
  ).stdout;

const kernel = requires("command:script");

kernel("an error and its hint have a colour on a terminal, which NO_COLOR and a dumb one keep away", async () => {
  expect(await onTerminal("rnu", { NO_COLOR: "" })).toMatch(
    /^\u001b\[1;31mwb:\u001b\[0m [^\u001b]*\n\u001b\[1;36mhint:\u001b\[0m /u,
  );
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }] as Record<string, string>[])
    expect([env, await onTerminal("rnu", env)]).toEqual([
      env,
      expect.stringMatching(/^wb: [^\u001b]*\nhint: [^\u001b]*$/u),
    ]);
});

kernel("what goes to a file or a pipe has no colour", async () => {
  const { stderr } = await execa(wbScript(), ["rnu"], { env: { TERM: "xterm", NO_COLOR: "" }, reject: false });
  expect(stderr).toMatch(/^wb: [^\u001b]*\nhint: [^\u001b]*$/u);
  expect(await onTerminal("rnu 2>&1 | cat", { NO_COLOR: "" })).not.toContain("\u001b");
});
