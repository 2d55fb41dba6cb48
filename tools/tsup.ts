import { defineConfig } from "tsup";

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

/**
 * A program: one CommonJS file with the `@wb/*` sources inside, because loading ES modules is what a short-lived Node process
 * waits for longest. koffi stays outside: it has a native library beside it.
 */
export function program(name: string, entry: string): Config {
  return defineConfig({
    entry: { [name]: entry },
    // Moved into dist by the build script at once: another process may be starting from the old file.
    outDir: "dist/.new",
    format: "cjs",
    platform: "node",
    target: "node22",
    silent: true,
    // Half the time of loading it is reading it: the names stay, so that a stack can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    noExternal: [/^@wb\//],
    external: ["koffi"],
    banner: { js: '#!/usr/bin/env node\nconst importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    esbuildOptions(options) {
      options.conditions = ["wb-source"];
      options.define = {
        ...options.define,
        "import.meta.url": "importMetaUrl",
        "import.meta.filename": "__filename",
        "import.meta.dirname": "__dirname",
      };
    },
  });
}
