// Records events as fast as it can: recorder.ts DIRECTORY NAME COUNT
import { recordEvent } from "../../../src/engine/events/record-event.ts";

const [directory = "", name = "", count = ""] = process.argv.slice(2);
for (let number = 0; number < Number(count); number += 1)
  recordEvent({ type: "container", action: "start", id: name, attributes: { number: String(number) } }, directory);
