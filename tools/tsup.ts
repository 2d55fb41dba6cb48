import { defineConfig, type Options } from "tsup";

export type Config = ReturnType<typeof defineConfig>;

/** A library package: one ES module, its dependencies left as imports. Declarations come from tsc (tsup's need an API that TypeScript 7 lacks). */
export const library: Config = defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  platform: "node",
  target: "node22",
  sourcemap: true,
  clean: true,
  silent: true,
});

export interface Program {
  readonly start: string;
  /** What it runs, by name. */
  readonly programs: Readonly<Record<string, string>>;
  /** What of that never calls import(), and can do without all that it would bring. */
  readonly readers?: Readonly<Record<string, string>>;
}

/**
 * A program: `name`.cjs, which starts, and what it runs, one of several scripts with the `@wb/*` sources inside, because
 * loading ES modules is what a short-lived Node process waits for longest. koffi stays outside: it has a native library
 * beside it.
 */
export function program(name: string, { start, programs, readers = {} }: Program): Config {
  return defineConfig([
    { ...script, entry: { [name]: start }, banner: { js: "#!/usr/bin/env node" } },
    { ...script, ...wrapped, entry: programs },
    { ...script, ...wrapped, entry: readers, esbuildPlugins: [withoutImports] },
  ]);
}

/** esbuild keeps the whole of a module that something imports when it runs, and of all that this imports. */
const withoutImports: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "without imports",
  setup(build) {
    build.onResolve({ filter: /^/ }, ({ kind }) => (kind === "dynamic-import" ? { external: true } : undefined));
  },
};

/** A function of what CommonJS gives a module: Node compiles no module, but takes the code that V8 made of this before. */
const wrapped: Options = {
  outExtension: () => ({ js: ".js" }),
  banner: {
    js: '(function (exports, require, module, __filename, __dirname) { "use strict";',
  },
  footer: { js: "})" },
};

const script: Options = {
  // Moved into dist by the build script at once: another process may be starting from the old files.
  outDir: "dist/.new",
  format: "cjs",
  platform: "node",
  target: "node22",
  silent: true,
  // Names stay, so that a stack can be read: with compiled code at hand shorter ones gain nothing.
  minifyWhitespace: true,
  minifySyntax: true,
  noExternal: [/^@wb\//],
  external: ["koffi"],
  esbuildOptions(options) {
    options.conditions = ["wb-source"];
    // A script cannot import(), and require() does not load Node's loader of ES modules.
    options.supported = { ...options.supported, "dynamic-import": false };
    options.define = {
      ...options.define,
      "import.meta.filename": "__filename",
      "import.meta.dirname": "__dirname",
    };
  },
};
