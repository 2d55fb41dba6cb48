import { call, run, step } from "@wb/syscall";
import { expect, test } from "vitest";
import { errorText, OciError } from "../../src/oci/error-text.ts";

test.each([
  ["exec failed", "/no/such", "exec failed: unable to start container process: "],
  [
    "wb create failed",
    "/no/such",
    "wb create failed: unable to start container process: error during container init: ",
  ],
])("errorText() of %s tells a missing working directory in runc's words", (context, cwd, begin) => {
  const enter = (): unknown => run([step(`start in ${cwd}`, [call("chdir", cwd)])]);
  expect(errorText(new OciError(context, caught(enter)))).toBe(
    `${begin}chdir to cwd ("${cwd}") set in config.json failed: no such file or directory`,
  );
});

function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
