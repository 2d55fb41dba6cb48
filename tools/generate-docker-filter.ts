/**
 * Writes docker-filter.generated.ts of @wb/security, the compiled form of docker's default profile; after every change of
 * the profile, the tables of calls or the compiler:
 *
 *     node --conditions=wb-source tools/generate-docker-filter.ts
 */
import { writeFileSync } from "node:fs";
import { generateDockerFilter } from "./generate/docker-filter.ts";

const seccomp = new URL("../packages/security/src/seccomp/", import.meta.url);

writeFileSync(new URL("docker-filter.generated.ts", seccomp), generateDockerFilter());
