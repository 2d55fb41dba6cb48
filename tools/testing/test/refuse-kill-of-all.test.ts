import { expect, test } from "vitest";

test.for([-1, 0, 1])("process.kill(%d) of a test is refused, which would be for more than what it started", (pid) => {
  // Signal 0 sends nothing, should it get through.
  expect(() => process.kill(pid, 0)).toThrow("a pid was not found");
});

test("process.kill() of one process is as ever", () => {
  expect(process.kill(process.pid, 0)).toBe(true);
});
