import { type Command, command } from "../../command/command.ts";
import { formatter } from "../../engine/format/formatter.ts";
import { versionDocument } from "../../engine/host/version-document.ts";
import { versionText } from "../../version.ts";
import { writeAll } from "../../write-all.ts";
import { VERSION } from "./version-flags.ts";

/** `wb version`: docker-version(1). A template that is none ends with docker's 64. */
export const versionCommand: Command = command(VERSION, ({ flags: { format } }) => {
  writeAll(
    format === undefined || format === ""
      ? versionText
      : `${formatter(format, { missing: "error", exitStatus: 64 })(versionDocument())}\n`,
  );
  return 0;
});
