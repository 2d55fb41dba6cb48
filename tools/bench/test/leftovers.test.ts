import { closeSync, openSync } from "node:fs";
import { hostState } from "@wb/testing";
import { expect, test } from "vitest";
import { leftovers } from "../src/leftovers.ts";

test("leftovers() names a file descriptor that stays, and not one that goes", async () => {
  const before = hostState();
  const [stays, goes] = [openSync("/dev/null", "r"), openSync("/dev/zero", "r")];
  setTimeout(() => closeSync(goes), 100);
  const { fds } = await leftovers(before, { timeoutMs: 1000 });
  closeSync(stays);
  expect(fds).toEqual([`${stays} /dev/null`]);
});
