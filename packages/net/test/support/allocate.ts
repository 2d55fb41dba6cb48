// Allocates addresses one after the other, and prints them: ALLOCATE DIRECTORY SUBNET OWNER COUNT
import { allocate } from "../../src/index.ts";

const [directory = "", subnet = "", owner = "", count = "1"] = process.argv.slice(2);
for (let n = 0; n < Number(count); n++) process.stdout.write(`${allocate(directory, { subnet }, `${owner}-${n}`)}\n`);
