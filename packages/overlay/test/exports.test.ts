import { expect, test } from "vitest";
import * as overlay from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(overlay).toSorted()).toMatchInlineSnapshot(`
    [
      "TarError",
      "applyLayer",
      "archiveIdOf",
      "chooseDriver",
      "compressionOf",
      "copyLayers",
      "copyTree",
      "detachedOverlay",
      "diff",
      "diskUsage",
      "encodeTarEntry",
      "escapeLayer",
      "fuseOverlayCommand",
      "isTarHeader",
      "mountOverlay",
      "overlay",
      "packLayer",
      "plainTar",
      "readTar",
      "removeTree",
      "throwAwayOverlay",
      "unpack",
      "withDirectory",
    ]
  `);
});
