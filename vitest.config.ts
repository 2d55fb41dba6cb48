import { type ViteUserConfig, defineConfig } from "vitest/config";
import projects from "./vitest.workspace.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    projects,
    // Processes, not threads: tests change what belongs to a process (umask, working directory, signals).
    pool: "forks",
    passWithNoTests: true,
  },
});

export default config;
