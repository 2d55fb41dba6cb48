/** What runs in the engines' machine: inside.ts PLACE OPTION…; its status is the number of cases in which the runtime is worse. */
import { join } from "node:path";
import { busyboxRoot, unmet } from "@wb/testing";
import { compare, type Result } from "./compare.ts";
import type { EnginePlace } from "./engine/running.ts";
import { type Group, groups } from "./group.ts";
import { loggedRuntime } from "./logged.ts";
import { type EngineName, type Options, parseOptions } from "./options.ts";
import { line, summary } from "./report.ts";
import type { Runtime } from "./run-case.ts";

process.exitCode = main(process.argv.slice(2));

function main([directory = "", ...args]: readonly string[]): number {
  const options = parseOptions(args, join(import.meta.dirname, "../../bin/wb-oci"));
  using root = busyboxRoot();
  const log = join(directory, "calls");
  const runtimes: readonly [Runtime, Runtime] = [
    { path: "/usr/sbin/runc", log: undefined },
    { path: loggedRuntime(options.runtime, { place: directory, log }), log },
  ];
  const results: Result[] = [];
  let failures = 0;
  const report = (result: Result): void => {
    results.push(result);
    console.log(line(result, options));
  };
  for (const name of options.engines) {
    const group = chosen(groups[name], options);
    const missing = group.programs.flatMap((program) => (unmet(`command:${program}`) === undefined ? [] : [program]));
    if (group.cases.length === 0) continue;
    if (missing.length > 0) {
      console.log(
        `${name}: not tried, since ${missing.join(", ")} is not installed (Debian: ${group.packages.join(" ")})`,
      );
      continue;
    }
    failures += tryGroup(name, { group, runtimes, place: { place: directory, root: root.path, runtimes: [] }, report });
  }
  console.log(`\n${summary(results)}`);
  return failures + results.filter(({ verdict }) => verdict === "worse").length;
}

function chosen(group: Group, { cases, short }: Options): Group {
  const isChosen = ({ name, short: stands }: Group["cases"][number]): boolean =>
    (!short || stands === true) && (cases.length === 0 || cases.some((part) => name.includes(part)));
  return { ...group, cases: group.cases.filter(isChosen) };
}

interface Trial {
  readonly group: Group;
  readonly runtimes: readonly [Runtime, Runtime];
  readonly place: EnginePlace;
  readonly report: (result: Result) => void;
}

/** The number of failures: one for an engine that does not start. */
function tryGroup(name: EngineName, { group, runtimes, place, report }: Trial): number {
  try {
    for (const result of compare(group, { runtimes, place })) report(result);
    return 0;
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
