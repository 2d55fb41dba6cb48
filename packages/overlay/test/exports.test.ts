import { expect, test } from "vitest";
import * as overlay from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(overlay).toSorted()).toMatchInlineSnapshot(`
    [
      "TarError",
      "applyLayer",
      "archiveIdOf",
      "compressionOf",
      "detachedOverlay",
      "diff",
      "diskUsage",
      "escapeLayer",
      "isTarHeader",
      "mountOverlay",
      "overlay",
      "packLayer",
      "removeTree",
      "throwAwayOverlay",
      "unpack",
    ]
  `);
});
