# SPDX-License-Identifier: BSD-2-Clause
# Made by tools/generate: completion of bpfmaps for bash. Needs no other completion scripts.
_bpfmaps() {
  local line=$COMP_LINE piece glued='' typed=$2 i
  local -a words=() offers=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $i -eq 0 || $line == [[:blank:]]* ]]; then
      words+=("$glued")
      glued=''
    fi
    line=${line#"${line%%[![:blank:]]*}"}
    line=${line#"$piece"}
    [[ $i -lt $COMP_CWORD || -z ${piece//[:=@]/} ]] && glued+=$piece
  done
  # An open quote is not in $2, and is what says how to read it.
  [[ $piece == [\'\"]* && -n $typed ]] && typed=${piece:0:1}$typed
  mapfile -t offers < <("${1/#\~\//$HOME/}" __shell complete bash -- \
    "${words[@]:2}" "$glued" "$typed" 2> /dev/null)
  COMPREPLY=("${offers[@]:1}")
  case ${offers[0]-} in
    files) compopt -o filenames ;;
    nospace) compopt -o nospace ;;
  esac
} && complete -F _bpfmaps bpfmaps
