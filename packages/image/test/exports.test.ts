import { expect, test } from "vitest";
import * as image from "../src/index.ts";

test("the package exports what its README lists", () => {
  expect(Object.keys(image).toSorted()).toEqual([
    "ArchiveChangedError",
    "DISK_IMAGE",
    "DockerfileError",
    "attachDiskImage",
    "buildStages",
    "configure",
    "diskImageSteps",
    "dockerignore",
    "expandWord",
    "expandWords",
    "parseDockerfile",
    "readRootFile",
    "rootfsFromArchive",
    "rootfsStore",
    "storedArchive",
  ]);
});
