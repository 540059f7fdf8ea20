# SPDX-License-Identifier: BSD-2-Clause
# What the scripts in this folder share. Sourced, never run: sets the working directory to the top
# of the source tree, whatever the caller's was.
# shellcheck shell=bash
set -euo pipefail
TOP=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$TOP"
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Runs a command as the owner of the source tree, so that a build under sudo leaves no file in it
# that its owner cannot remove.
as_owner() {
  local uid gid home
  uid=$(stat -c %u .) gid=$(stat -c %g .)
  if [ "$(id -u)" -ne 0 ] || [ "$uid" -eq 0 ]; then
    "$@"
  else
    home=$(getent passwd "$uid" | cut -d: -f6)
    HOME=${home:-/tmp} setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"
  fi
}

# The build folder of a preset in CMakePresets.json.
folder_of() {
  case $1 in
    release) echo build ;;
    *) echo "build-$1" ;;
  esac
}

# Configures and builds a preset; quiet unless it fails.
build() {
  local preset=$1; shift
  local folder log
  folder=$(folder_of "$preset")
  as_owner mkdir -p "$folder"
  log=$folder/configure.log
  say "building $preset in $folder/"
  as_owner sh -c "cmake --preset $preset > $log 2>&1" || { cat "$log" >&2; die "cmake failed"; }
  as_owner cmake --build "$folder" -j "$(nproc)" "$@" -- --quiet
}
