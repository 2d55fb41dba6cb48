/** bash(1), "Programmable Completion". Readline splits words at `=` and `:`, and wants only what is behind the last of them. */
export const BASH = `# bash completion for wb: source <(wb completion bash)
_wb() {
  local i word before= cur strip line directive
  local -a words=() lines=() values=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:]* || $before == [=:]* ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  cur=\${words[-1]}
  strip=\${cur%"\${cur##*[=:]}"}
  mapfile -t lines < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete "\${words[@]}" 2>/dev/null)
  ((\${#lines[@]} > 0)) || return
  directive=\${lines[-1]#:}
  unset 'lines[-1]'
  for line in "\${lines[@]}"; do
    line=\${line%%$'\\t'*}
    values+=("\${line#"$strip"}")
  done
  COMPREPLY=("\${values[@]}")
  if ((directive & 2)); then compopt -o nospace; fi
  if ((\${#values[@]} == 0 && !(directive & 5))); then
    if ((directive & 16)); then compopt -o dirnames; else compopt -o default; fi
  fi
}
complete -F _wb wb
`;
