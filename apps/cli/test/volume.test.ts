import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseVolume, volumeMount } from "../src/engine/volume.ts";
import type { UserError } from "../src/user-error.ts";

describe("parseVolume()", () => {
  test.for([
    { text: "/a:/b", volume: { source: "/a", destination: "/b", readonly: false, propagation: "rprivate" } },
    { text: "/a:/b:rw", volume: { source: "/a", destination: "/b", readonly: false, propagation: "rprivate" } },
    { text: "/a:/b:ro", volume: { source: "/a", destination: "/b", readonly: true, propagation: "rprivate" } },
    { text: "/a:/b:ro,rslave", volume: { source: "/a", destination: "/b", readonly: true, propagation: "rslave" } },
    { text: "/a:/b:shared", volume: { source: "/a", destination: "/b", readonly: false, propagation: "shared" } },
    { text: "/a b,c:/d", volume: { source: "/a b,c", destination: "/d", readonly: false, propagation: "rprivate" } },
    { text: "/a:/b/../c//d/", volume: { source: "/a", destination: "/c/d", readonly: false, propagation: "rprivate" } },
    { text: "/a/../c:/b", volume: { source: "/c", destination: "/b", readonly: false, propagation: "rprivate" } },
  ])("reads $text", ({ text, volume }) => {
    expect(parseVolume(text)).toEqual(volume);
  });

  test.for(["./data", ".", "..", "a/b"])("takes the source %j from the working directory", (source) => {
    expect(parseVolume(`${source}:/b`).source).toBe(join(process.cwd(), source));
  });

  test.for([
    { text: "", hint: /SRC:DST/u },
    { text: "/a", hint: /SRC:DST/u },
    { text: ":/b", hint: /SRC:DST/u },
    { text: "/a:", hint: /SRC:DST/u },
    { text: "/a:b", hint: /DST an absolute path/u },
    { text: "/a:/b:ro:x", hint: /SRC:DST/u },
    { text: "data:/b", hint: /\.\/data/u },
    { text: "/a:/b:rx", hint: /ro, rw/u },
    { text: "/a:/b:ro,", hint: /ro, rw/u },
    { text: "/a:/b:ro,rw", hint: /at most one of ro, rw/u },
    { text: "/a:/b:shared,rslave", hint: /at most one of rprivate/u },
    { text: "/a:/", hint: /--rootfs/u },
    { text: "/a:/..", hint: /--rootfs/u },
  ])("refuses $text and says what is meant", ({ text, hint }) => {
    expect(() => parseVolume(text)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringContaining(JSON.stringify(text)) as string,
        hint: expect.stringMatching(hint) as string,
        exitStatus: 125,
      }) as UserError,
    );
  });
});

test("volumeMount() is a recursive bind mount, read-only with what is mounted below, as docker's since 25.0", () => {
  expect([volumeMount(parseVolume("/a:/b")), volumeMount(parseVolume("/a:/b:ro,rslave"))]).toEqual([
    { destination: "/b", type: "bind", source: "/a", options: ["rbind", "rprivate"] },
    { destination: "/b", type: "bind", source: "/a", options: ["rbind", "rslave", "rro"] },
  ]);
});
