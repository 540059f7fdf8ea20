# SPDX-License-Identifier: BSD-2-Clause
# Debian packages in a folder of their own: fetched and unpacked, nothing installed, nothing of the
# machine's own apt changed. Sourced after lib.sh.
# shellcheck shell=bash

# Where fetched packages are kept between runs.
# shellcheck disable=SC2034  # for the scripts that source this
CACHE=${BPFMAPS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/bpfmaps}

# The mirror that this machine's own apt uses, or Debian's.
debian_mirror() {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null |
    grep -oE '^(URIs:|deb) *(\[[^]]*\] *)?[a-z]+://[^ ]*/debian/?( |$)' |
    grep -oE '[a-z]+://[^ ]*' | head -1) || true
  printf '%s\n' "${found:-http://deb.debian.org/debian}"
}

# private_apt FOLDER SUITE...: an apt state in FOLDER that knows these suites and no other, as if
# nothing were installed. Its lists are fetched anew when they are older than a day.
private_apt() {
  local folder=$1 mirror suite
  shift
  mkdir -p "$folder"/{state/lists/partial,cache/archives/partial,none}
  mirror=$(debian_mirror)
  for suite in "$@"; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
  done > "$folder/sources.new"
  : > "$folder/status"
  cat > "$folder/apt.conf" << CONF
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "$folder/none";
Dir::Etc::preferencesparts "$folder/none";
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
CONF
  if ! cmp -s "$folder/sources.new" "$folder/sources.list" ||
    [ -z "$(find "$folder/fetched" -mtime -1 2> /dev/null)" ]; then
    mv "$folder/sources.new" "$folder/sources.list"
    apt-get -qq -c "$folder/apt.conf" update ||
      die "the package lists of $mirror cannot be fetched; is there a network?"
    touch "$folder/fetched"
  fi
}

# fetch_package FOLDER NAME[=VERSION] TARGET: that package alone, unpacked into TARGET.
fetch_package() {
  local folder=$1 package=$2 target=$3
  mkdir -p "$target" "$folder/debs"
  rm -f "$folder"/debs/*.deb
  (cd "$folder/debs" && apt-get -qq -c ../apt.conf download "$package" > /dev/null)
  dpkg-deb -x "$folder"/debs/*.deb "$target"
  rm -f "$folder"/debs/*.deb
}

# fetch_closure FOLDER TARGET NAME...: the packages and all they depend on, unpacked into TARGET.
fetch_closure() {
  local folder=$1 target=$2 deb
  shift 2
  mkdir -p "$target"
  # --download-only checks the dependencies as an installation would, against an empty status.
  apt-get -qq -y -c "$folder/apt.conf" -o Debug::NoLocking=true --download-only install "$@" > /dev/null
  for deb in "$folder"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$target"; done
  rm -f "$folder"/cache/archives/*.deb
}
