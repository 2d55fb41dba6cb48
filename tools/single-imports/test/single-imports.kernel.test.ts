import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  examplesOf,
  leavesHostUnchanged,
  requires,
  type TemporaryDirectory,
  temporaryDirectory,
  unmet,
} from "@wb/testing";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { packAll, type Tarball, withDependencies } from "../src/tarballs.ts";
import { npm, output, toolPath } from "../src/toolbox.ts";

leavesHostUnchanged();

const packages = globSync("packages/*/package.json", { cwd: join(import.meta.dirname, "../../..") }).map(
  (path) => `@wb/${dirname(path).split("/")[1]}`,
);
const nodes = ["node22", "node24"] as const;
const rooted = requires("root", "init_userns");
const compilers = ["typescript5.9", "typescript7"] as const;

/** What the examples need of a project to be type-checked: Node's own types. */
const TYPES = "@types/node@24";

const STRICT = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: "es2024",
  lib: ["esnext"],
  module: "nodenext",
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ["node"],
};

describe("a package of its own, packed and installed in an empty project,", () => {
  let scratch: TemporaryDirectory;
  let tarballs: ReadonlyMap<string, Tarball>;

  beforeAll(() => {
    scratch = temporaryDirectory("wb-single-");
    tarballs = packAll(scratch.path);
  }, 300_000);
  afterAll(() => scratch[Symbol.dispose]());

  /** Installs each package in an empty project, with what it depends on and what its README imports, and writes its examples. */
  function install(name: string): Project {
    const directory = join(scratch.path, name.slice("@wb/".length));
    mkdirSync(directory);
    writeFileSync(join(directory, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions: STRICT, include: ["*.ts"] }));
    const examples = examplesOf(join(tarballs.get(name)!.directory, "README.md"));
    const imported = examples.flatMap(({ code }) => [...code.matchAll(/from "(@wb\/\w+)"/gu)].map(([, wb]) => wb!));
    const wanted = [...withDependencies(tarballs, [name, ...imported])].map((one) => tarballs.get(one)!.file);
    npm(["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", ...wanted, TYPES], directory);
    const files = examples.map(({ code, expected, needs }, index) => {
      writeFileSync(join(directory, `example${index}.ts`), code);
      // The package's own test tells of those that this machine cannot run; all of them are type-checked.
      return { file: `example${index}.ts`, expected, runs: needs.every((need) => unmet(need) === undefined) };
    });
    return { directory, files };
  }

  describe.for(packages)("%s", (name) => {
    let project: Project;

    beforeAll(() => {
      project = install(name);
    }, 120_000);

    rooted.for(nodes)("runs its README's examples with plain %s", (node) => {
      const directory = project.directory;
      const files = project.files.filter(({ runs }) => runs);
      expect(files.length).toBeGreaterThan(0);
      const printed = files.map(({ file }) => output(toolPath(node, "bin/node"), [file], directory));
      expect(printed.map(withoutWarnings)).toEqual(files.map(({ expected }) => expected));
    });

    rooted.for(compilers)("passes %s under strict", (compiler) => {
      const tsc = toolPath(compiler, "bin/tsc");
      expect(output(toolPath("node24", "bin/node"), [tsc, "-p", "."], project.directory)).toBe("");
    });

    rooted("has a README, a licence and types, no tests, and dependencies that npm knows", () => {
      const listing = output("tar", ["-tzf", tarballs.get(name)!.file], scratch.path).split("\n");
      for (const file of ["README.md", "LICENSE", "package.json", "dist/index.js", "dist/index.d.ts"])
        expect(listing).toContain(`package/${file}`);
      expect(listing.filter((file) => file.includes("/test/"))).toEqual([]);
      const manifest = readFileSync(join(project.directory, "node_modules", name, "package.json"), "utf8");
      expect(manifest).not.toMatch(/workspace:|catalog:/u);
    });
  });
});

interface Project {
  readonly directory: string;
  readonly files: readonly {
    readonly file: string;
    readonly expected: string | undefined;
    readonly runs: boolean;
  }[];
}

/** Node 22 says that it strips types. */
function withoutWarnings(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/ExperimentalWarning|--trace-warnings/u.test(line))
    .join("\n");
}
