/** complete(1) of fish. */
export const FISH = `# fish completion for wb: wb completion fish | source
function __wb_complete
  set -l tokens (commandline -opc)
  set -l current (commandline -ct)
  set -l program $tokens[1]
  set -e tokens[1]
  set -l lines ($program __complete $tokens "$current" 2>/dev/null)
  test (count $lines) -gt 0; or return
  set -l directive $lines[-1]
  set -e lines[-1]
  if test (count $lines) -gt 0
    printf '%s\\n' $lines
    return
  end
  switch $directive
    case ':0' ':2'
      __fish_complete_path "$current"
    case ':16'
      __fish_complete_directories "$current"
  end
end
complete -c wb -e
complete -c wb -f -a '(__wb_complete)'
`;
