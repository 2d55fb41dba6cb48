import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../../..");
const rows = readFileSync(join(repository, "docs/attacks.md"), "utf8").matchAll(
  /^\|[^|]+\| `([^`]+\.ts)`: (.+?) +\|/gm,
);

test.each([...rows].map(([, file = "", title = ""]) => [file, title]))(
  "docs/attacks.md names a test that is there: %s: %s",
  (file, title) => {
    expect(existsSync(join(repository, file))).toBe(true);
    expect(readFileSync(join(repository, file), "utf8").replaceAll('\\"', '"')).toContain(title);
  },
);
