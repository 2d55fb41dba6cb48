import { requires } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { wb, wbScript } from "./support/wb.ts";

requires()("wb __complete prints what there is, and whether files are looked for", async () => {
  const complete = async (...words: string[]): Promise<string> => (await wb(["__complete", ...words])).stdout;
  expect(await complete("sto")).toBe("stop\tStop containers\n:4\n");
  expect(await complete("run", "--net=")).toBe("--net=bridge\n--net=host\n--net=none\n:4\n");
  expect(await complete("run", "--rootfs", "")).toBe(":0\n");
  expect(await complete("stop", "-s", "SIGKI")).toBe("SIGKILL\n:4\n");
  expect(await complete("volume", "inspect", "")).toBe(":4\n");
  expect(await complete("nothing", "")).toBe(":4\n");
});

requires("command:bash")("wb completion bash completes in bash, behind = too", async () => {
  const script = `source <("$1" completion bash)
for line in 'stop --sig' 'run --net = n' 'container un'; do
  COMP_WORDS=("$1" $line); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _wb; echo "\${COMPREPLY[*]}"
done`;
  const { stdout } = await execa("bash", ["-c", script, "bash", wbScript()]);
  expect(stdout).toBe("--signal\nnone\nunpause");
});

requires("command:zsh")("wb completion zsh completes in zsh", async () => {
  const script = `compdef() { : }
source <("$1" completion zsh)
_describe() { print -rl -- "\${(@P)3}" }
words=("$1" stop --sig); CURRENT=3; _wb`;
  const { stdout } = await execa("zsh", ["-f", "-c", script, "zsh", wbScript()]);
  expect(stdout).toBe("--signal:Signal to send (default: the container's)");
});

requires("command:fish")("wb completion fish completes in fish", async () => {
  const command = `set -x PATH (path dirname $argv[1]) $PATH; wb completion fish | source; complete -C "wb run --net=n"; complete -C "wb sto"`;
  const { stdout } = await execa("fish", ["--no-config", "-c", command, wbScript()]);
  expect(stdout).toBe("--net=none\nstop\tStop containers");
});
