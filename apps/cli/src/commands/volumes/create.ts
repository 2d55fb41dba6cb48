import { type Command, command } from "../../command/command.ts";
import { newContainerId } from "../../engine/container-id.ts";
import { recordEvent } from "../../engine/events/record-event.ts";
import { ANONYMOUS } from "../../engine/filters/volume-filters.ts";
import { volumeName } from "../../engine/names/volume-name.ts";
import { labelsOf } from "../../engine/options/labels.ts";
import { createVolume } from "../../engine/volumes/create-volume.ts";
import { findVolume, lockVolumes } from "../../engine/volumes/volume-store.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { VOLUME_CREATE } from "./create-flags.ts";

/** `wb volume create`: docker-volume-create(1). */
export const volumeCreateCommand: Command = command(VOLUME_CREATE, async ({ flags, words }) => {
  const [given] = words;
  const own = labelsOf(flags.label ?? []);
  const [name, labels] =
    given === undefined || given === "" ? [newContainerId(), { ...own, [ANONYMOUS]: "" }] : [volumeName(given), own];
  using _lock = await lockVolumes();
  const isNew = findVolume(name) === undefined;
  const options = Object.fromEntries((flags.opt ?? []).map(option));
  const { driver } = await createVolume({ name, driver: flags.driver, labels, options });
  if (isNew) recordEvent({ type: "volume", action: "create", id: name, attributes: { driver } });
  writeAll(`${name}\n`);
  return 0;
});

function option(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0)
    throw new UserError(`invalid argument ${JSON.stringify(text)} for -o, --opt: KEY=VALUE is meant`, {
      hint: "-o type=tmpfs -o device=tmpfs -o o=size=64m",
    });
  return [text.slice(0, equals), text.slice(equals + 1)];
}
