import { type Config, program } from "../../tools/tsup.ts";

const config: Config = program("wb", {
  start: "src/start.ts",
  programs: {
    run: "src/programs/run.ts",
    ps: "src/programs/ps.ts",
    oci: "src/programs/oci.ts",
    containers: "src/programs/containers.ts",
    program: "src/programs/program.ts",
  },
});

export default config;
