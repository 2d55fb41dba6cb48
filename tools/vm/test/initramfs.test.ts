import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { cpio, directory, file } from "../cpio.ts";
import { jobScript } from "../job.ts";

requires("command:busybox")("cpio() makes an archive that busybox unpacks", () => {
  using place = temporaryDirectory();
  const archive = cpio([directory("a"), file("a/odd", Buffer.from("123")), file("program", Buffer.alloc(0), 0o755)]);
  execFileSync("busybox", ["cpio", "-i"], { cwd: place.path, input: archive, stdio: ["pipe", "ignore", "ignore"] });
  expect(readFileSync(join(place.path, "a/odd"), "utf8")).toBe("123");
  expect(statSync(join(place.path, "program")).mode & 0o777).toBe(0o755);
});

test("jobScript() hands every word to the command as it is", () => {
  const words = ["", "a b", "it's", '"', "$HOME", "`id`", "\\n", "*", "-e", "x=y", "line\nline"];
  const script = jobScript({
    command: ["printf", "%s\\0", ...words],
    cgroup: "v2",
    init: "none",
    environment: { WB_WORD: "it's" },
    cwd: "/a b",
    visible: ["/a b", "/c"],
    kernel: "/k",
    systemd: "/s",
  });
  const show = 'printf "%s\\0" "$cgroup" "$WB_WORD" "$directory" "$kernel" "$@"; (job)';
  const output = execFileSync("sh", ["-c", `${script}${show}`], { encoding: "utf8" });
  expect(output.split("\0").slice(0, -1)).toEqual(["v2", "it's", "/a b", "/k", "/a b", "/c", ...words]);
});
