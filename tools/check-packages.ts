/** What a published package must be, after a build: publint's rules, a README, and its description in the root's. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const findings: string[] = [];

for (const manifest of globSync("{packages,apps}/*/package.json", { cwd: root })) {
  const pkgDir = dirname(join(root, manifest));
  const pkg = JSON.parse(readFileSync(join(root, manifest), "utf8")) as { name: string; description: string };
  const { messages } = await publint({ pkgDir, strict: true, pack: false });
  findings.push(...messages.map((message) => `${pkg.name}: ${formatMessage(message, pkg, { color: false })}`));
  if (!existsSync(join(pkgDir, "README.md"))) findings.push(`${pkg.name}: has no README.md`);
  if (!readme.includes(pkg.description)) findings.push(`${pkg.name}: the root README.md lacks its description`);
}

if (findings.length > 0) {
  console.error(findings.join("\n"));
  process.exitCode = 1;
}
