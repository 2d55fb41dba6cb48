// Puts the code that V8 makes of programs beside them, for their start (apps/cli/src/start.ts). Run: node tools/code-cache.ts dist/.new/program.js …
//
// All functions are compiled, though half are never called: that costs a start 1 to 4 ms of CPU more than the code of just
// those that a real `wb run` calls, but 10 less than that of `wb explain run`, and the build need not run anything as root.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

for (const path of process.argv.slice(2)) {
  const program = readFileSync(path, "latin1");
  // V8 would refuse the code: start.ts reads bytes as letters, and so the sources would differ in length. esbuild leaves
  // regular expressions as they are: write \u00b5 there.
  const foreign = /.{0,40}[^\0-\x7f].{0,40}/u.exec(program);
  if (foreign !== null) throw new Error(`${path} is not ASCII: ${JSON.stringify(foreign[0])}`);
  // Both files begin with this line, since V8 would take the code of any other source that is as long.
  const id = `// ${createHash("sha256").update(program).digest("hex")}\n`;
  const source = id + program;

  setFlagsFromString("--no-lazy");
  const script = new Script(source);
  // V8 takes code only where its flags are what they were when the code was written.
  setFlagsFromString("--lazy");
  writeFileSync(path.replace(/\.js$/u, ".cache"), Buffer.concat([Buffer.from(id), script.createCachedData()]));
  writeFileSync(path, source);
}
