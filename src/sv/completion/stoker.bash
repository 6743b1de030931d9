# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Completion of sv, svlog and svscan in bash: sv knows what may follow. Where it knows nothing, bash
# completes the names of files.
_stoker() {
  local words candidate line=${COMP_LINE:0:COMP_POINT}
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  # Up to the last of these, bash takes it for a word of its own.
  local last=${words[-1]}
  local before=${last%"${last##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    printf -v candidate %q "${candidate#"$before"}"
    COMPREPLY+=("$candidate")
  done < <(sv complete "${words[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _stoker sv svlog svscan
