// Writes a log as the supervisor does, as fast as it can: log-writer.ts DIRECTORY MAX-FILE FILES RECORDS [numbered]
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { encodeRecord } from "../../../src/engine/logs/encode-record.ts";
import { fileContent, sequenceRecord } from "./file-content.ts";
import { rotate } from "./log.ts";

const [directory = "", maxFile = "", files = "", records = "", numbered] = process.argv.slice(2);
let old: number | undefined;
for (let sequence = 0; sequence < Number(files); sequence += 1) {
  const content = [
    ...(numbered === undefined ? [] : [sequenceRecord(sequence)]),
    ...fileContent(sequence, Number(records)),
  ];
  const [first, ...others] = content.map((one) => encodeRecord(one));
  // With one file only, it is replaced by a new one that has its first record.
  const isReplaced = maxFile === "1";
  if (!isReplaced && sequence > 0) rotate(directory, Number(maxFile));
  const path = join(directory, "log");
  const fd = openSync(isReplaced ? `${path}.new` : path, "w");
  writeSync(fd, first!);
  if (isReplaced) renameSync(`${path}.new`, path);
  if (old !== undefined) closeSync(old);
  old = fd;
  for (const bytes of others) writeSync(fd, bytes);
}
