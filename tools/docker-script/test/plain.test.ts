import { expect, test } from "vitest";
import { compareLine } from "../compare-line.ts";
import { plain } from "../plain.ts";

const places = { place: ["/tmp/x/as-docker", "/tmp/x/as-wb"], image: "/tmp/root:O", directory: "/tmp/x" };

test("plain() takes out ids, times, widths and places", () => {
  expect(plain(`${"0".repeat(64)}   /tmp/root:O     Up 3 seconds  2 minutes ago`, places)).toBe(
    "ID  busybox  Up TIME  TIME",
  );
  expect(plain("/tmp/x/as-wb/cid /tmp/x/as-docker/cid", places)).toBe("DIR/cid DIR/cid");
});

test("compareLine() lets only a line with a reason have another output", () => {
  const [one, other] = [
    { status: 0, stdout: "a\n", stderr: "" },
    { status: 1, stdout: "a\n", stderr: "" },
  ];
  const verdictOf = (differs: string | undefined, ...shown: [typeof one, typeof one]): string =>
    compareLine({ line: "", ...(differs === undefined ? {} : { differs }) }, ...shown).verdict;
  expect(verdictOf(undefined, one, one)).toBe("same");
  expect(verdictOf(undefined, one, { ...one, stderr: "x" })).toBe("words");
  expect(verdictOf(undefined, one, other)).toBe("wrong");
  expect(verdictOf("why", one, other)).toBe("justified");
});
