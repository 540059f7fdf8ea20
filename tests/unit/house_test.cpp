// SPDX-License-Identifier: BSD-2-Clause
// The rules of the house: which room may include what, and how a file begins. The table is that of
// docs/architecture.md.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "unit/source_files.h"

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// What a room may include beside itself, the C++ library and the C library.
struct Room {
  std::set<std::string> rooms;      ///< folders of src/, or single headers in one
  std::set<std::string> libraries;  ///< headers, or folders of headers ending in a slash
};

const std::string kExpected = "tl/expected.hpp";

const std::map<std::string, Room> kRooms = {
    {"base", {{}, {kExpected}}},
    {"cli", {{"base"}, {"cxxopts.hpp"}}},
    {"output", {{"base"}, {}}},
    {"terminal", {{"base", "output"}, {}}},
    {"layout", {{"base", "output"}, {"bpf/btf.h", "linux/btf.h", "nlohmann/", "pcre2.h"}}},
    {"kernel", {{"base"}, {"bpf/", "linux/"}}},
    {"object", {{"base", "kernel"}, {"bpf/", "linux/", "gelf.h", "libelf.h", "elf.h"}}},
    {"disasm", {{"base", "kernel", "layout"}, {"bpf/", "linux/"}}},
    {"http", {{"base"}, {"microhttpd.h"}}},
    {"entries", {{"base", "output", "layout", "kernel", "object"}, {"bpf/", "linux/"}}},
    {"commands",
     {{"base", "cli", "output", "terminal", "layout", "kernel", "object", "disasm", "http",
       "entries"},
      {"bpf/", "linux/", "nlohmann/", "pcap/"}}},
};

bool covers(const std::set<std::string>& allowed, const std::string& header) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    return one == header || (one.ends_with('/') && header.starts_with(one));
  });
}

bool is_library(const std::string& header) {
  static const std::set<std::string> kGuarded = {"bpf/",     "linux/",      "nlohmann/", "gelf.h",
                                                 "libelf.h", "elf.h",       "llvm-c/",   "llvm/",
                                                 kExpected,  "cxxopts.hpp", "pcap/",     "pcre2.h"};
  return covers(kGuarded, header);
}

bool may_include(const std::string& room, const std::string& header) {
  const Room& rules = kRooms.at(room);
  const fs::path first = *fs::path(header).begin();
  if (kRooms.contains(first)) return first == room || rules.rooms.contains(first);
  return !is_library(header) || header == kExpected || covers(rules.libraries, header);
}

using Folders = std::initializer_list<const char*>;

/// The files for which `is_wrong` holds.
template <class IsWrong>
std::vector<std::string> wrong_files(Folders folders, IsWrong is_wrong) {
  std::vector<std::string> all;
  for (const SourceFile& source : source_files(folders))
    if (is_wrong(source)) all.push_back(source.path);
  return all;
}

/// "path:line: text" of the lines for which `is_wrong` holds.
template <class IsWrong>
std::vector<std::string> wrong_lines(Folders folders, IsWrong is_wrong) {
  std::vector<std::string> all;
  for (const SourceFile& source : source_files(folders))
    for (std::size_t i = 0; i < source.lines.size(); ++i)
      if (is_wrong(source, source.lines[i]))
        all.push_back(source.path + ":" + std::to_string(i + 1) + ": " + source.lines[i]);
  return all;
}

/// True where `line` holds one of `words`, and not as a part of a longer name.
bool mentions(const std::string& line, std::initializer_list<std::string_view> words) {
  const auto is_part_of_name = [&](std::size_t at) {
    return at < line.size() &&
           (std::isalnum(static_cast<unsigned char>(line[at])) != 0 || line[at] == '_');
  };
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const bool is_call = word.ends_with('(');
    for (std::size_t at = 0; (at = line.find(word, at)) != std::string::npos; ++at)
      if (!is_part_of_name(at - 1) && (is_call || !is_part_of_name(at + word.size()))) return true;
    return false;
  });
}

TEST(House, mentions_whole_names_only) {
  EXPECT_TRUE(mentions("  exit(1);", {"exit("}));
  EXPECT_FALSE(mentions("  on_exit(1);  // exit", {"exit("}));
  EXPECT_TRUE(mentions("// XXX", {"XXX"}));
  EXPECT_FALSE(mentions("XXXX", {"XXX"}));
}

TEST(House, the_include_table_lets_in_and_keeps_out) {
  EXPECT_TRUE(may_include("commands", "kernel/pin/pin.h"));
  EXPECT_TRUE(may_include("base", "unistd.h"));
  EXPECT_FALSE(may_include("base", "bpf/bpf.h"));
  EXPECT_FALSE(may_include("layout", "kernel/pin/pin.h"));
  EXPECT_FALSE(may_include("layout", "bpf/bpf.h"));
  EXPECT_FALSE(may_include("kernel", "output/writer.h"));
  EXPECT_FALSE(may_include("commands", "cxxopts.hpp"));
}

/// Each begins a program: bpfmaps, and the disassembler that it starts.
bool is_main(const SourceFile& source) {
  return source.path == "src/main.cpp" || source.path == "src/llvm_main.cpp";
}

TEST(House, every_folder_of_src_is_a_known_room) {
  EXPECT_THAT(wrong_files({"src"},
                          [](const SourceFile& source) {
                            return !is_main(source) && !kRooms.contains(source.room);
                          }),
              IsEmpty());
}

TEST(House, rooms_include_only_what_they_may) {
  EXPECT_THAT(wrong_lines({"src"},
                          [](const SourceFile& source, const std::string& line) {
                            const std::string header = included(line);
                            return kRooms.contains(source.room) && !header.empty() &&
                                   !may_include(source.room, header);
                          }),
              IsEmpty());
}

// A request of HTTP is another thing.
TEST(House, only_cli_and_commands_know_what_was_typed) {
  EXPECT_THAT(wrong_lines({"src"},
                          [](const SourceFile& source, const std::string& line) {
                            return source.path.ends_with(".h") && source.room != "cli" &&
                                   source.room != "commands" && source.room != "http" &&
                                   line.find("Request") != line.npos;
                          }),
              IsEmpty());
}

TEST(House, only_the_table_of_kinds_knows_types_of_maps) {
  // They make a map of one type, and compare nothing.
  static const std::set<std::string> kMakers = {"src/kernel/map/prefix.cpp",
                                                "src/kernel/map/token_proof.cpp"};
  static const std::set<std::string> kTables = {"src/kernel/map/map_kind.cpp", "src/kernel/uapi.h"};
  const auto names_type = [](const std::string& line) {
    constexpr std::string_view kPrefix = "BPF_MAP_TYPE_";
    const std::size_t at = line.find(kPrefix);
    const bool of_the_header = at != line.npos && at + kPrefix.size() < line.size() &&
                               std::isupper(line[at + kPrefix.size()]) != 0;
    return (of_the_header && line[at - 1] != '"') ||
           mentions(line, {"kMapArena", "kMapCgrpStorage", "kMapInsnArray"});
  };
  EXPECT_THAT(wrong_lines({"src"},
                          [&](const SourceFile& source, const std::string& line) {
                            if (kTables.contains(source.path) || line.find("// ") != line.npos)
                              return false;
                            const bool makes = kMakers.contains(source.path) &&
                                               line.find("bpf_map_create(") != line.npos;
                            return names_type(line) && !makes;
                          }),
              IsEmpty());
}

TEST(House, only_output_and_its_choice_know_forms) {
  // The second takes the words of CSV, which nothing is escaped in, as values.
  static const std::set<std::string> kChoosers = {"src/commands/shared/style.cpp",
                                                  "src/commands/shared/record_rows.cpp"};
  EXPECT_THAT(wrong_lines({"src"},
                          [](const SourceFile& source, const std::string& line) {
                            return source.room != "output" && !kChoosers.contains(source.path) &&
                                   mentions(line, {"Form::table", "Form::json", "Form::pretty",
                                                   "Form::jsonl", "Form::csv"});
                          }),
              IsEmpty());
}

TEST(House, only_main_prints_and_exits) {
  // snprintf formats into memory, which is nobody's business. The restorer of a terminal is a
  // process of its own, which ends where its work does.
  EXPECT_THAT(wrong_lines({"src"},
                          [](const SourceFile& source, const std::string& line) {
                            if (is_main(source)) return false;
                            if (source.path == "src/terminal/restorer.cpp")
                              return mentions(line, {"iostream", "printf(", "puts(", "exit("});
                            return mentions(line, {"iostream", "cout", "cerr"}) ||
                                   mentions(line, {"printf(", "fprintf(", "dprintf(", "puts(",
                                                   "fputs(", "perror(", "fwrite(", "exit(",
                                                   "_exit(", "abort(", "quick_exit("});
                          }),
              IsEmpty());
}

TEST(House, what_libbpf_makes_may_be_an_error) {
  const auto makes = [](const std::string& line) {
    return mentions(line, {"btf__new(",
                           "btf__new_empty(",
                           "btf__new_split(",
                           "btf__new_empty_split(",
                           "btf__parse(",
                           "btf__parse_split(",
                           "btf__parse_elf(",
                           "btf__parse_raw(",
                           "btf__load_vmlinux_btf(",
                           "btf__load_module_btf(",
                           "btf__load_from_kernel_by_id(",
                           "btf__load_from_kernel_by_id_split(",
                           "btf_dump__new(",
                           "btf_ext__new(",
                           "bpf_object__open(",
                           "bpf_object__open_file(",
                           "bpf_object__open_mem(",
                           "bpf_program__attach(",
                           "bpf_program__attach_iter(",
                           "bpf_map__attach_struct_ops(",
                           "bpf_link__open(",
                           "ring_buffer__new(",
                           "perf_buffer__new("});
  };
  const auto is_checked = [](const std::string& line) {
    return line.find("unless_error(") != line.npos;
  };
  EXPECT_THAT(wrong_files({"src"},
                          [&](const SourceFile& source) {
                            for (std::size_t i = 1; i < source.lines.size(); ++i)
                              if (makes(source.lines[i]) && !is_checked(source.lines[i]) &&
                                  !is_checked(source.lines[i - 1]))
                                return true;
                            return false;
                          }),
              IsEmpty());
}

TEST(House, every_file_begins_with_its_license) {
  EXPECT_THAT(wrong_files({"src", "tests", "bpf"},
                          [](const SourceFile& source) {
                            const bool for_the_kernel = source.path.starts_with("bpf/");
                            const std::string license =
                                for_the_kernel ? "GPL-2.0-only OR BSD-2-Clause" : "BSD-2-Clause";
                            return source.lines.empty() ||
                                   source.lines[0].find("SPDX-License-Identifier: " + license) ==
                                       std::string::npos;
                          }),
              IsEmpty());
}

TEST(House, every_header_says_what_it_is_for) {
  EXPECT_THAT(wrong_files({"src"},
                          [](const SourceFile& source) {
                            return source.path.ends_with(".h") &&
                                   (source.lines.size() < 2 || !source.lines[1].starts_with("// "));
                          }),
              IsEmpty());
}

TEST(House, every_file_can_be_read_in_one_sitting) {
  constexpr std::size_t kMostLines = 350;
  EXPECT_THAT(
      wrong_files({"src", "tests", "bpf"},
                  [](const SourceFile& source) { return source.lines.size() > kMostLines; }),
      IsEmpty());
}

TEST(House, nothing_is_left_for_later) {
  EXPECT_THAT(wrong_lines({"src", "bpf"},
                          [](const SourceFile&, const std::string& line) {
                            return mentions(line, {"TODO", "FIXME", "XXX", "HACK"});
                          }),
              IsEmpty());
}

}  // namespace
}  // namespace bpfmaps
