/**
 * tools/pnpm soak [N]: N containers in this process, then N/20 `./wb run`; fails when they leave anything behind. The
 * script bounds V8's young generation, which otherwise grows to 100 MB and hides what is resident for another reason.
 */
import { busyboxRoot, unmet } from "@wb/testing";
import { type SoakResult, soak } from "./src/soak.ts";

async function main([count = "2000"]: readonly string[]): Promise<number> {
  const inProcess = Number(count);
  if (!(Number.isInteger(inProcess) && inProcess > 0)) {
    console.error(`soak: ${JSON.stringify(count)} is not a number of containers\nusage: tools/pnpm soak [2000]`);
    return 2;
  }
  for (const requirement of ["root", "command:busybox"] as const) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`soak: needs ${requirement} (${why})`);
    return 1;
  }
  using root = busyboxRoot();
  const commands = Math.ceil(inProcess / 20);
  const result = await soak({ root: root.path, inProcess, commands });
  print(result, { inProcess, commands });
  return result.clean ? 0 : 1;
}

function print({ left, growth, seconds, clean }: SoakResult, runs: SoakResult["seconds"]): void {
  const rate = (kind: keyof typeof runs): string => `${(runs[kind] / seconds[kind]).toFixed(0)} a second`;
  console.log(
    `${runs.inProcess} containers in this process (${rate("inProcess")}), ${runs.commands} ./wb run (${rate("commands")})\n`,
  );
  for (const [kind, lines] of Object.entries(left)) {
    console.log(
      `${kind.padEnd(22)} ${lines.length} left${lines
        .slice(0, 10)
        .map((line) => `\n  ${line}`)
        .join("")}`,
    );
  }
  console.log(
    `${"held by JavaScript".padEnd(22)} ${growth.held.toFixed(0)} bytes more for each container in this process`,
  );
  console.log(`${"resident".padEnd(22)} ${growth.resident.toFixed(0)} bytes more for each`);
  console.log(clean ? "\nnothing is left behind" : "\nsomething is left behind, or memory grew");
}

process.exitCode = await main(process.argv.slice(2));
