/** `wb completion`: docker-completion(1). */
export const COMPLETION = {
  name: "completion",
  words: "SHELL",
  count: { least: 1, most: 1 },
  text: "Print a script that lets a shell complete commands, flags, containers and volumes: for bash, zsh or fish.",
  flags: {},
  examples: [
    ["wb completion fish | source", "in ~/.config/fish/config.fish"],
    ["source <(wb completion bash)", "in ~/.bashrc"],
    ["source <(wb completion zsh)", "in ~/.zshrc, after compinit"],
  ],
  completes: [["bash", "zsh", "fish"], "nothing"],
} as const;
