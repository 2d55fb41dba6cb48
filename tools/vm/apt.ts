import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "./machine.ts";

/** The environment in which apt is that of a Debian of an architecture: this one, or an empty one with this one's sources. */
export function aptEnvironment(arch: Arch, directory: string): NodeJS.ProcessEnv {
  if (arch === process.arch) return process.env;
  for (const name of ["lists/partial", "archives/partial"]) mkdirSync(join(directory, name), { recursive: true });
  const file = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const debian = { arm64: "arm64", x64: "amd64" }[arch];
  const options = {
    "APT::Architecture": debian,
    "APT::Architectures": debian,
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "Dir::Cache": directory,
    "Dir::Etc::sourcelist": file("sources.list", sources(debian)),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": join(directory, "lists"),
    "Dir::State::status": file("status", ""),
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} "${value}";\n`);
  return { ...process.env, APT_CONFIG: file("apt.conf", lines.join("")) };
}

function sources(arch: string): string {
  const format = `deb [arch=${arch} signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(CODENAME) $(COMPONENT)`;
  const filters = ["Created-By: Packages", "Origin: Debian"];
  const { stdout } = spawnSync("apt-get", ["indextargets", "--format", format, ...filters], { encoding: "utf8" });
  return stdout ?? "";
}
