import { type Config, program } from "../../tools/tsup.ts";

const config: Config = program("wb", { start: "src/start.ts", main: "src/main.ts" });

export default config;
