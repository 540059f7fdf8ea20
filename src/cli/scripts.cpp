// SPDX-License-Identifier: BSD-2-Clause
#include "cli/scripts.h"

namespace bpfmaps::cli {
namespace {

// bash hands over words that it has also cut at the characters of COMP_WORDBREAKS, and replaces
// only the last piece. What lay between two pieces, blanks or nothing, is read from the line.
constexpr std::string_view kBash = R"(# SPDX-License-Identifier: BSD-2-Clause
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
)";

constexpr std::string_view kZsh = R"(#compdef bpfmaps
# SPDX-License-Identifier: BSD-2-Clause
# Made by tools/generate: completion of bpfmaps for zsh.
local -a names shown open
local line text doc
for line in "${(@f)$(${~${(Q)words[1]}} __shell complete zsh -- \
    "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)}"; do
  text=${line%%$'\t'*} doc=${line#*$'\t'}
  [[ -z $text ]] && continue
  if [[ $text == *[/=] ]]; then
    open+=("$text")
  else
    names+=("$text") shown+=("$text${doc:+  -- $doc}")
  fi
done
compadd -V bpfmaps -l -d shown -a names
compadd -V open -S '' -a open
)";

constexpr std::string_view kFish = R"(# SPDX-License-Identifier: BSD-2-Clause
# Made by tools/generate: completion of bpfmaps for fish.
function __bpfmaps_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    $program __shell complete fish -- $words "$typed" 2>/dev/null
end
complete -c bpfmaps -f -k -a '(__bpfmaps_complete)'
)";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return {};
}

}  // namespace bpfmaps::cli
