/** zshcompsys(1): `source <(wb completion zsh)`, or a file `_wb` in fpath. */
export const ZSH = `#compdef wb
# zsh completion for wb: source <(wb completion zsh)
_wb() {
  local line directive
  local -a lines entries space
  lines=("\${(@f)$(\${~words[1]} __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${lines[-1]#:}
  lines[-1]=()
  [[ $directive == <-> ]] || return 1
  for line in "\${lines[@]}"; do
    [[ -n $line ]] && entries+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  ((directive & 2)) && space=(-S '')
  if ((\${#entries} > 0)); then
    _describe -V wb entries "\${space[@]}"
  elif ((directive & 5)); then
    return 1
  else
    compset -P '*='
    if ((directive & 16)); then _files -/; else _files; fi
  fi
}
if [[ $funcstack[1] == _wb ]]; then _wb "$@"; else compdef _wb wb; fi
`;
