import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildImage,
  familiarReference,
  formatReference,
  openBuildContext,
  parsePlatform,
  parseReference,
  withDefaultTag,
} from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { baseImage } from "../../engine/images/base-image.ts";
import { runBuildStep } from "../../engine/images/run-build-step.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { nameAndValue } from "../../engine/options/labels.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { BUILD } from "./build-flags.ts";

/** `wb build`: docker-build(1). */
export const buildCommand: Command = command(BUILD, async ({ flags, words: [path = ""] }) => {
  const store = storeOfImages();
  const names = (flags.tag ?? []).map((text) => withDefaultTag(parseReference(text)));
  const file = flags.file ?? join(path, "Dockerfile");
  const dockerfile = readFileSync(file === "-" ? 0 : file, "utf8");
  using context = openBuildContext(path, file);
  const print = flags.quiet === true ? (): void => {} : (line: string): void => writeAll(`${line}\n`);
  const id = await buildImage(store, {
    dockerfile,
    context,
    args: Object.fromEntries((flags["build-arg"] ?? []).flatMap(buildArg)),
    cache: flags["no-cache"] !== true,
    labels: Object.fromEntries((flags.label ?? []).map(nameAndValue)),
    names: names.map(formatReference),
    network: networkOf(flags.network),
    platform: flags.platform === undefined ? undefined : parsePlatform(flags.platform),
    secrets: Object.fromEntries((flags.secret ?? []).map(secretOption)),
    sourceDateEpoch: sourceDateEpoch(),
    target: flags.target,
    host: {
      print,
      image: (name, platform) =>
        baseImage(store, name, { platform, pull: flags.pull ?? false, isQuiet: flags.quiet === true, print }),
      run: (request) => runBuildStep(request, print),
    },
  });
  if (flags.iidfile !== undefined) writeFileSync(flags.iidfile, id);
  if (flags.quiet === true) writeAll(`${id}\n`);
  print(`Successfully built ${id.slice("sha256:".length, "sha256:".length + 12)}`);
  for (const name of names) print(`Successfully tagged ${familiarReference(name)}`);
  return 0;
});

function networkOf(text = "default"): "default" | "none" | "host" {
  if (text === "default" || text === "none" || text === "host") return text;
  throw new UserError(`invalid argument ${JSON.stringify(text)} for --network`, { hint: "default, none or host" });
}

/** One without a value is that of the environment, if it is there. */
function buildArg(text: string): [string, string][] {
  const equals = text.indexOf("=");
  if (equals !== -1) return [[text.slice(0, equals), text.slice(equals + 1)]];
  const value = process.env[text];
  return value === undefined ? [] : [[text, value]];
}

function secretOption(text: string): readonly [string, string] {
  const fields = new Map(text.split(",").map(nameAndValue));
  const id = fields.get("id");
  if (id === undefined || id === "")
    throw new UserError(`invalid argument ${JSON.stringify(text)} for --secret: it has no id`, {
      hint: "--secret id=token,src=token.txt",
    });
  return [id, fields.get("src") ?? fields.get("source") ?? id];
}

/** https://reproducible-builds.org/docs/source-date-epoch/ */
function sourceDateEpoch(): number | undefined {
  const text = process.env["SOURCE_DATE_EPOCH"];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,12}$/.test(text))
    throw new UserError(`SOURCE_DATE_EPOCH is ${JSON.stringify(text)}: seconds since 1970 are meant`);
  return Number(text);
}
