import { readFileSync } from "node:fs";
import { checkCredentials, eraseCredentials, registrySettings, saveCredentials } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { ask } from "../../engine/images/ask.ts";
import { UserError } from "../../user-error.ts";
import { warn } from "../../warn.ts";
import { writeAll } from "../../write-all.ts";
import { LOGIN, LOGOUT } from "./login-flags.ts";

/** `wb login`: docker-login(1). */
export const loginCommand: Command = command(LOGIN, async ({ flags, words: [server] }) => {
  const domain = domainOf(server);
  const { password: given, "password-stdin": isRead = false } = flags;
  if (given !== undefined && isRead) throw new UserError("--password and --password-stdin are mutually exclusive");
  if (isRead && flags.username === undefined)
    throw new UserError("Must provide --username with --password-stdin", { hint: "wb login -u NAME --password-stdin" });
  if (given !== undefined)
    warn("a password on the command line can be seen by others: --password-stdin takes it from stdin");
  const username = flags.username ?? (await ask("Username: ", { isSecret: false }));
  const password = isRead
    ? readFileSync(0, "utf8").replace(/\r?\n$/, "")
    : (given ?? (await ask("Password: ", { isSecret: true })));
  if (username === "" || password === "") throw new UserError(`${username === "" ? "username" : "password"} required`);
  const credentials = { username, password };
  await checkCredentials(domain, credentials, registrySettings());
  const { path, helper } = await saveCredentials(domain, credentials);
  if (helper === undefined)
    process.stderr.write(
      `WARNING! Your password will be stored unencrypted in ${path}: a credential helper hides it\n`,
    );
  writeAll("Login Succeeded\n");
  return 0;
});

/** `wb logout`: docker-logout(1). */
export const logoutCommand: Command = command(LOGOUT, async ({ words: [server] }) => {
  const domain = domainOf(server);
  if (await eraseCredentials(domain)) writeAll(`Removing login credentials for ${shown(domain)}\n`);
  else writeAll(`Not logged in to ${shown(domain)}\n`);
  return 0;
});

/** `https://index.docker.io/v1/` is docker.io's old name. */
function domainOf(server = "docker.io"): string {
  const host = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  if (!/^[\w.-]+(?::\d+)?$|^\[[\da-fA-F:]+\](?::\d+)?$/.test(host))
    throw new UserError(`invalid registry ${JSON.stringify(server)}`, { hint: "HOST[:PORT]" });
  return ["index.docker.io", "registry-1.docker.io"].includes(host) ? "docker.io" : host;
}

function shown(domain: string): string {
  return domain === "docker.io" ? "https://index.docker.io/v1/" : domain;
}
