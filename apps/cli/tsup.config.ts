import { type Config, program } from "../../tools/tsup.ts";

const config: Config = program("wb", {
  start: "src/start.ts",
  programs: {
    run: "src/programs/run.ts",
    oci: "src/programs/oci.ts",
    containers: "src/programs/containers.ts",
    program: "src/programs/program.ts",
  },
  readers: { ps: "src/programs/ps.ts" },
});

export default config;
