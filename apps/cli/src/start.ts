/**
 * The file that Node starts, dist/wb.cjs. It runs one of the programs beside it with the code that V8 made of it at build
 * time: compiling it anew at each start takes 40 ms of CPU, more than Node itself; and each has only its own commands, since
 * the code of all of them takes as long again to load. Node's own module.enableCompileCache() gains 10, and
 * keeps a cache for each user, that each one writes.
 */
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { commandLine } from "./command-line.ts";
import { chooseProgram } from "./programs/choose.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  writeSync(2, `wb: this is Node.js ${process.versions.node}\nhint: wb needs 22.22 or newer\n`);
  process.exit(125);
}

for (let name: string | undefined = chooseProgram(commandLine()); name !== undefined; name = run(name));

/** @returns the program that is to be run instead, where it says one */
function run(name: string): string | undefined {
  const filename = join(__dirname, `${name}.js`);
  const source = readFileSync(filename, "latin1"); // esbuild writes ASCII
  const cachedData = codeOf(source, name);
  const script = new Script(source, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  const made: { exports: { readonly instead?: string } } = { exports: {} };
  (script.runInThisContext() as Program)(made.exports, require, made, filename, __dirname);
  return made.exports.instead;
}

/** The function that Node would put around a CommonJS module. */
type Program = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/**
 * The code that was made of just this source, if there is any: V8 compares no more than the lengths, and refuses by itself
 * what another version of it has made. Both files begin with the same id (tools/code-cache.ts).
 */
function codeOf(text: string, name: string): Buffer | undefined {
  let cache: Buffer;
  try {
    cache = readFileSync(join(__dirname, `${name}.cache`));
  } catch {
    return undefined; // as in the published package, for any version of Node
  }
  const id = text.slice(0, text.indexOf("\n") + 1);
  return cache.toString("latin1", 0, id.length) === id ? cache.subarray(id.length) : undefined;
}
