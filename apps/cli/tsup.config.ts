import { type Config, program } from "../../tools/tsup.ts";

const config: Config = program("wb", {
  start: "src/start.ts",
  programs: { run: "src/programs/run.ts", oci: "src/programs/oci.ts", program: "src/programs/program.ts" },
});

export default config;
