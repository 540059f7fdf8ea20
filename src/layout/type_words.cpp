// SPDX-License-Identifier: BSD-2-Clause
#include "layout/type_words.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace bpfmaps::layout {
namespace {

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// "srcMac_addr2" as "src", "mac", "addr".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool open = false;  // the last word goes on
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool starts = is_upper(name[i]) && i != 0 && !is_upper(name[i - 1]);
    if (!is_letter(name[i])) {
      open = false;
      continue;
    }
    if (!open || starts) words.emplace_back();
    words.back() += lower(name[i]);
    open = true;
  }
  return words;
}

}  // namespace

bool speaks_of_mac(std::string_view name) {
  if (name == "h_dest" || name == "h_source") return true;  // struct ethhdr
  constexpr std::string_view kWords[] = {"mac", "macs",  "smac",    "dmac",    "srcmac", "dstmac",
                                         "eth", "ether", "macaddr", "ethaddr", "hwaddr", "lladdr"};
  return std::ranges::any_of(words_of(name), [&](const std::string& word) {
    return std::ranges::find(kWords, word) != std::end(kWords);
  });
}

bool speaks_of_address(std::string_view name) {
  return std::ranges::any_of(words_of(name), [](const std::string& word) {
    return word.starts_with("ip") || word.find("addr") != word.npos;
  });
}

bool speaks_of_time(std::string_view name) {
  constexpr std::string_view kSums[] = {"total", "sum", "count", "cnt", "acc"};
  bool is_time = false;
  for (const std::string& word : words_of(name)) {
    if (std::ranges::find(kSums, word) != std::end(kSums)) return false;
    is_time = is_time || word == "ns" || word == "ts" || word.find("time") != word.npos ||
              word.find("seen") != word.npos;
  }
  return is_time;
}

Unit unit_of(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "id",    "ids",    "pid",   "tgid",    "tid",    "uid",     "gid",  "port",     "ports",
      "sport", "dport",  "flag",  "flags",   "mask",   "mark",    "hash", "seq",      "ack",
      "index", "idx",    "cpu",   "ifindex", "cookie", "version", "vni",  "vlan",     "proto",
      "type",  "code",   "magic", "inode",   "ino",    "dev",     "spi",  "protocol", "addr",
      "csum",  "handle", "label", "crc",     "token",  "key",     "prio", "checksum", "netns",
  };
  constexpr std::pair<std::string_view, Unit> kUnits[] = {
      {"bytes", Unit::bytes},      {"octets", Unit::bytes},      {"ns", Unit::nanoseconds},
      {"nsec", Unit::nanoseconds}, {"nsecs", Unit::nanoseconds}, {"nanoseconds", Unit::nanoseconds},
      {"us", Unit::microseconds},  {"usec", Unit::microseconds}, {"usecs", Unit::microseconds},
      {"ms", Unit::milliseconds},  {"msec", Unit::milliseconds}, {"msecs", Unit::milliseconds},
  };
  const std::vector<std::string> words = words_of(name);
  for (const std::string& word : words)
    for (const auto& [text, unit] : kUnits)
      if (word == text) return unit;
  const bool stands_for = std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::find(kNames, word) != std::end(kNames);
  });
  return stands_for ? Unit::none : Unit::count;
}

}  // namespace bpfmaps::layout
