import { type Config, program } from "../../tools/tsup.ts";

const config: Config = program("wb", "src/main.ts");

export default config;
