import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, requires } from "@wb/testing";
import { beforeAll, describe, expect } from "vitest";
import { ONE_LINE, same } from "./support/peer.ts";
import { wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const rooted = requires("root", "command:busybox");
const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** A root with users and groups of its own. */
function rootWithUsers(): ReturnType<typeof busyboxRoot> {
  const root = busyboxRoot();
  writeFileSync(join(root.path, "etc/passwd"), "root:x:0:0::/:/bin/sh\ninside:x:700:701::/:/bin/sh\n");
  writeFileSync(join(root.path, "etc/group"), "root:x:0:\nown:x:701:\nmore:x:702:inside\n");
  writeFileSync(join(root.path, "script"), "echo script $1\n", { mode: 0o755 });
  mkdirSync(join(root.path, "etc/sub"));
  return root;
}

describe("wb chroot does what chroot does:", () => {
  rooted.for([
    { args: ["ROOT", "/bin/sh", "-c", "pwd; ls /"] },
    { args: ["ROOT", "sh", "-c", "exit 3"] },
    { args: ["ROOT", "sh", "-c", "kill -TERM $$"] },
    { args: ["ROOT", "/script", "a"] },
    { args: ["--userspec=inside", "ROOT", "id"] },
    { args: ["--userspec=inside:", "ROOT", "id"] },
    { args: ["--userspec", "700:5", "ROOT", "id"] },
    { args: ["--userspec=700:more", "ROOT", "id"] },
    { args: ["--userspec=+700", "ROOT", "id"] },
    { args: ["--userspec=:702", "ROOT", "id"] },
    { args: ["--userspec=daemon", "ROOT", "id"] },
    { args: ["--userspec=0:audio", "ROOT", "id"] },
    { args: ["--userspec=33", "--groups=5", "ROOT", "id"] },
    { args: ["--groups=audio,5", "ROOT", "id"] },
    { args: ["--userspec=inside", "--groups=0,702", "ROOT", "id"] },
    { args: ["--groups=more,5", "ROOT", "id"] },
    { args: ["--groups=", "ROOT", "id"] },
    { args: ["--user=inside", "--gr", "", "ROOT", "id"] },
    { args: ["--skip-chdir", "/", "pwd"] },
    { args: ["--userspec=4242", "ROOT", "id"] },
    { args: ["--userspec=no-such-user", "ROOT", "id"] },
    { args: ["--userspec=0:no-such-group", "ROOT", "id"] },
    { args: ["--groups=no-such-group", "ROOT", "id"] },
    { args: ["--skip-chdir", "ROOT", "pwd"] },
    { args: ["ROOT", "no-such-command"] },
    { args: ["ROOT", "/etc/passwd"] },
    { args: ["ROOT", "/etc/sub"] },
    { args: ["ROOT", "/etc/passwd/x"] },
    { args: ["ROOT/no/such", "true"] },
    { args: ["ROOT/etc/passwd", "true"] },
    { args: ["--bad"] },
    { args: [] },
  ])("$args", async ({ args }) => {
    using root = rootWithUsers();
    const words = args.map((word) => word.replace("ROOT", root.path));
    const { status, stderr } = await same("chroot", words, { cwd: "/usr" });
    if (status !== 0 && stderr !== "") expect(stderr).toMatch(ONE_LINE);
  });

  rooted.for([{ env: {} }, { env: { SHELL: "/bin/sh" } }, { env: { SHELL: "/bin/no-shell" } }])(
    "an interactive shell where no command is named, $env",
    async ({ env }) => {
      using root = rootWithUsers();
      await same("chroot", [root.path], { env: { SHELL: undefined, ...env }, input: "echo $0 $-; pwd\n" });
    },
  );

  rooted("an ordinary user may not", async () => {
    using root = rootWithUsers();
    const { stderr } = await same("chroot", [root.path, "true"], { before: nobody, cwd: "/" });
    expect(stderr).toMatch(/^wb: change the root to \S+: chroot\(.*EPERM/u);
  });
});
