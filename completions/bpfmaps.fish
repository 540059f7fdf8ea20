# SPDX-License-Identifier: BSD-2-Clause
# Made by tools/generate: completion of bpfmaps for fish.
function __bpfmaps_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    $program __shell complete fish -- $words "$typed" 2>/dev/null
end
complete -c bpfmaps -f -k -a '(__bpfmaps_complete)'
