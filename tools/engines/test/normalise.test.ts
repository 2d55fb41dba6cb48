import { expect, test } from "vitest";
import { normalise } from "../normalise.ts";

const names = { runtime: "/srv/bin/wb-oci", place: "/tmp/wb-engines-AbC" };

test.each([
  ["exec /srv/bin/wb-oci in /tmp/wb-engines-AbC/case\r\n", "exec RUNTIME in PLACE/case\n"],
  ["runc create failed: wb-oci: wb exec failed", "RUNTIME create failed: RUNTIME: RUNTIME exec failed"],
  ["io.containerd.runc.v2", "io.containerd.runc.v2"],
  [`/docker/${"0123456789abcdef".repeat(4)} 0123456789ab 0123456789abc`, "/docker/ID ID 0123456789abc"],
  ["at 2026-11-22T18:11:38.510638281Z, 2026-11-22 18:11:38 +0000 UTC", "at TIME, TIME"],
  ['time="2026-11-22T18:11:38Z" level=error msg="exec: \\"no\\": missing": x', 'exec: "no": missing: x'],
  ["Up 3 seconds, Up About a minute, Exited (7) 2 seconds ago", "Up TIME, Up TIME, Exited (7) TIME"],
  ["net:[4026531840] master:12 shared:3", "net:[N] master:N shared:N"],
  ["current usage: 32337920, peak usage: 1", "current usage: N, peak usage: N"],
])("normalise() of %j", (text, expected) => {
  expect(normalise(text, names)).toBe(expected);
});
