import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { wb, wbProgram } from "./support/wb.ts";

interface ExplainedPart {
  readonly steps: readonly { readonly calls: readonly { readonly syscall: string }[] }[];
}

requires("root", "command:strace", "command:tini-static").for([
  { flags: ["--net", "none", "-m", "64m", "--hostname", "box", "-w", "/tmp/made", "--cap-drop", "CHOWN"] },
  { flags: ["--init", "-u", "nobody"] },
])("wb explain run $flags names the calls that the same wb run makes, in their order", async ({ flags }) => {
  const args = [...flags, "/bin/true"];
  const explained = await wb(["explain", "--json", "run", "--rootfs=/:O", ...args]);
  const parts = JSON.parse(explained.stdout) as ExplainedPart[];
  using directory = temporaryDirectory();
  const trace = join(directory.path, "trace");
  await execa("strace", ["-f", "-qq", "-o", trace, ...wbProgram(), "run", "--rootfs=/:O", "--rm", ...args]);
  const lines = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => /^\d+ +\w+\(/u.test(line));
  const childPid = lines.find((line) => line.includes(" execveat("))?.split(" ")[0];
  const child = lines
    .filter((line) => line.startsWith(`${childPid} `))
    .map((line) => /^\d+ +(\w+)\(/u.exec(line)?.[1] ?? "");
  const made = child.slice(child.indexOf("execveat") + 1, child.lastIndexOf("execve") + 1);
  const told = parts[2]?.steps.flatMap(({ calls }) => calls.map(({ syscall }) => syscall)) ?? [];
  // Jumps leave calls out, and a loop makes the same ones again.
  expect(notIn(withoutRepeats(made), withoutRepeats(told))).toBeUndefined();
  expect(made.length).toBeGreaterThan(200);
});

function withoutRepeats(names: readonly string[]): string[] {
  return names.filter((name, index) => name !== names[index - 1]);
}

/** The first of `made` that does not follow in `told` what came before it. */
function notIn(made: readonly string[], told: readonly string[]): string | undefined {
  let next = 0;
  for (const [index, name] of made.entries()) {
    const found = told.indexOf(name, next);
    if (found === -1) return `${made.slice(Math.max(0, index - 5), index).join(", ")} and then ${name}`;
    next = found + 1;
  }
  return undefined;
}
