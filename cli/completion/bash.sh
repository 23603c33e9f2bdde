# Completes gatekey in bash, from 3.2 of macOS on: eval "$(gatekey completion bash)"
_gatekey() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" values at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
      -*) ;;
      *) command=${COMP_WORDS[at]} && break ;;
    esac
  done
  values=$(_gatekey_values "$command $previous")
  if [ -z "$values" ]; then
    case $current in
      -*) values=$(_gatekey_values "$command -") ;;
      *) values=$(_gatekey_values "$command") ;;
    esac
  fi
  # shellcheck disable=SC2207
  case $values in
    files) COMPREPLY=($(compgen -f -- "$current")) ;;
    folders) COMPREPLY=($(compgen -d -- "$current")) ;;
    stacks) COMPREPLY=($(compgen -W "$(ls | sed -n 's/^Pulumi\.\(.*\)\.ya\{0,1\}ml$/\1/p')" -- "$current")) ;;
    anything) COMPREPLY=() ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
  esac
}
complete -o filenames -F _gatekey gatekey
