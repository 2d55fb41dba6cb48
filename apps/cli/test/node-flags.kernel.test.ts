import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { wbProgram, wbScript } from "./support/wb.ts";

/** Words that Node looks for among all arguments of a program, and what runs code where it finds them. */
const words = ["--env-file=.env", "--env-file-if-exists=.env", "--experimental-default-config-file"];

describe("words of the command that Node would take for its own", () => {
  requires("root").for(words.flatMap((word) => [wbScript(), installed].map((script) => ({ word, script }))))(
    "$word is the command's, and no code of the working directory runs on the host",
    async ({ word, script }) => {
      using directory = temporaryDirectory();
      const evil = join(directory.path, "evil.cjs");
      writeFileSync(evil, "console.log('code of the host')");
      writeFileSync(join(directory.path, ".env"), `NODE_OPTIONS=--require=${evil}\n`);
      writeFileSync(join(directory.path, "node.config.json"), JSON.stringify({ nodeOptions: { import: evil } }));
      const wb = typeof script === "string" ? script : script(directory.path);
      const { stdout } = await execa(wb, ["run", "--rm", "--rootfs=/:O", "echo", word, "+", "a b"], {
        cwd: directory.path,
        env: { PATH: `${dirname(wbProgram()[0])}:${process.env["PATH"]}` },
      });
      expect(stdout).toBe(`${word} + a b`);
    },
  );
});

/** The package as npm lays it out. */
function installed(directory: string): string {
  const [, program] = wbProgram();
  const place = join(directory, "node_modules/@wb/cli");
  for (const path of ["bin", "dist", "../../.bin"]) mkdirSync(join(place, path), { recursive: true });
  copyFileSync(join(program, "../../bin/wb"), join(place, "bin/wb"));
  for (const name of ["wb.cjs", "run.js"]) copyFileSync(join(dirname(program), name), join(place, "dist", name));
  symlinkSync("../@wb/cli/bin/wb", join(place, "../../.bin/wb"));
  symlinkSync(join(program, "../../node_modules/koffi"), join(place, "../../koffi"));
  return join(place, "../../.bin/wb");
}
