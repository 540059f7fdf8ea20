// SPDX-License-Identifier: BSD-2-Clause
// prog dump and prog maps: translated code against bpftool's, compiled code against itself.
#include <bpf/bpf.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Loaded {
  const char *fixture, *program;
};

class ProgDumpTest : public KernelTest {
 protected:
  /// The path of a program of a fixture, pinned.
  std::string pinned(const Loaded& what) {
    fixtures_.push_back(std::make_unique<Fixture>(what.fixture));
    pin_fd(fixtures_.back()->prog(what.program), pin(what.program));
    return pin(what.program);
  }

  std::vector<std::unique_ptr<Fixture>> fixtures_;
};

const Loaded kCode = {"code", "a_name_of_more_than_15"};
const std::vector<Loaded> kPrograms = {kCode,
                                       {"code", "classic"},
                                       {"count", "count"},
                                       {"metadata", "a_name_longer_than_the_kernel_keeps"},
                                       {"tail_call", "first"},
                                       {"runs", "told_tc"},
                                       {"runs", "doubled"}};

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string replaced(const std::string& text, const char* pattern, const char* by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

/// Names that bpftool does not tell.
std::string ours(const std::string& text) {
  return replaced(replaced(text, " name:[^\\]]*\\]", "]"), "(\\]\\[0\\]\\+\\d+) \\(.*\\)$", "$1");
}

/// Distances between addresses behind names of functions, and tags in them.
std::string theirs(const std::string& text) {
  return replaced(replaced(text, "#bpf_prog_[0-9a-f]{16}_", "#"), "#-?\\d+$", "");
}

TEST_F(ProgDumpTest, translated_code_is_what_bpftool_says) {
  for (const Loaded& what : kPrograms) {
    const std::string path = pinned(what);
    const Json mine = ask({"prog", "dump", "xlated", path, "opcodes"});
    const Json other = ask_bpftool({"prog", "dump", "xlated", "pinned", path, "opcodes"});
    ASSERT_EQ(mine.size(), other.size()) << path;
    ASSERT_GT(mine.size(), 1u);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      EXPECT_EQ(mine[i]["opcodes"], other[i]["opcodes"]) << path << ": " << i;
      EXPECT_EQ(ours(mine[i]["disasm"]), theirs(other[i]["disasm"])) << path << ": " << i;
      EXPECT_EQ(mine[i].contains("proto"), other[i].contains("proto")) << path << ": " << i;
    }
  }
}

TEST_F(ProgDumpTest, bytes_are_written_as_they_are) {
  const std::string path = pinned(kCode), file = testing::TempDir() + "xlated.bin";
  run({"bpftool", "prog", "dump", "xlated", "pinned", path, "file", file});
  const std::string theirs = file_text(file);
  EXPECT_EQ(done("prog dump " + path + " file " + file), "");
  EXPECT_EQ(file_text(file), theirs);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(done("prog dump " + path + " file -"), theirs);
  std::filesystem::remove(file);
  EXPECT_THAT(refused("prog dump " + path + " file /dev/full", 1), HasSubstr("ENOSPC"));
}

TEST_F(ProgDumpTest, numbers_have_names) {
  const std::string path = pinned(kCode);
  const std::string text = done("prog dump xlated " + path);
  for (const char* part :
       {"int a_name_of_more_than_15(struct xdp_md *ctx):\n",
        "\nint add_up(struct xdp_md *ctx, __u32 key):\n", "\n; int found = add_up(ctx, key);\n",
        "#add_up\n", " name:flows]\n", " name:each]\n", " (limit)\n", " (table)\n", " (table+16)\n",
        " (scale)\n", "call bpf_tail_call\n", "call bpf_for_each_hash_elem\n"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(done("prog dump " + path + " linum"),
              testing::ContainsRegex("code.bpf.c line_num:[0-9]+ line_col:[0-9]+]"));
  EXPECT_EQ(done("prog dump " + path), text);
  EXPECT_EQ(done("prog dump " + path + " xlated"), text);
}

TEST_F(ProgDumpTest, every_form_has_every_instruction) {
  const std::string path = pinned(kCode);
  const Json list = ask({"prog", "dump", "xlated", path, "linum"});
  EXPECT_EQ(list[0]["name"], "a_name_of_more_than_15");
  EXPECT_THAT(list[0]["file"], HasSubstr("code.bpf.c"));
  std::istringstream lines(done("prog dump xlated " + path + " --jsonl linum"));
  Json again = Json::array();
  for (std::string line; std::getline(lines, line);) again.push_back(Json::parse(line));
  EXPECT_EQ(again, list);
  const std::string csv = done("prog dump xlated " + path + " --csv opcodes linum");
  EXPECT_THAT(csv, AllOf(testing::StartsWith("name,pc,disasm,src,file,line_num,line_col,opcodes\n"),
                         HasSubstr("\nadd_up,")));
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), list.size() + 1);
}

/// The graph of a program, read back.
struct Graph {
  std::map<std::string, std::vector<std::string>> blocks;  ///< instructions of each node
  std::set<std::pair<std::string, std::string>> edges;
  std::size_t functions = 0;
};

Graph parse_dot(const std::string& dot) {
  const std::regex node(R"(\t(\w+) \[label="(.*)\\l"\];)"), edge(R"(\t(\w+) -> (\w+);)");
  Graph graph;
  std::istringstream lines(dot);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    graph.functions += line.starts_with("subgraph ");
    if (std::regex_match(line, match, edge)) graph.edges.emplace(match[1], match[2]);
    if (!std::regex_match(line, match, node)) continue;
    std::istringstream text(replaced(match[2], R"(\\l)", "\n"));
    for (std::string one; std::getline(text, one);)
      if (!one.starts_with("; ")) graph.blocks[match[1]].push_back(one);
  }
  return graph;
}

// Each block's successors are worked out anew, from nothing but the text of its last instruction.
TEST_F(ProgDumpTest, the_graph_follows_every_jump) {
  const std::string path = pinned(kCode);
  const Graph graph = parse_dot(done("prog dump xlated " + path + " visual"));
  EXPECT_EQ(graph.functions, 3u);
  const std::regex shape(R"( *(\d+): \(..\) (.*))"), jump(R"(.*goto pc([+-]\d+))");
  std::map<int, std::string> starts;
  std::set<int> all;
  for (const auto& [name, lines] : graph.blocks) {
    starts[std::stoi(lines[0])] = name;
    for (const std::string& line : lines) all.insert(std::stoi(line));
  }
  std::set<std::pair<std::string, std::string>> edges;
  for (const auto& [name, lines] : graph.blocks) {
    for (const std::string& line : lines) {
      std::smatch match, to;
      ASSERT_TRUE(std::regex_match(line, match, shape)) << line;
      const int pc = std::stoi(match[1]);
      const std::string text = match[2];
      const bool jumps = std::regex_match(text, to, jump), is_last = &line == &lines.back();
      EXPECT_TRUE(is_last || (!jumps && text != "exit")) << line;
      if (jumps) edges.emplace(name, starts.at(pc + 1 + std::stoi(to[1])));
      if (is_last && text != "exit" && !text.starts_with("goto"))
        edges.emplace(name, starts.at(*all.upper_bound(pc)));
    }
  }
  EXPECT_EQ(graph.edges, edges);
  std::set<int> expected;
  for (const Json& one : ask({"prog", "dump", path})) expected.insert(one["pc"].get<int>());
  EXPECT_EQ(all, expected);
}

TEST_F(ProgDumpTest, words_that_do_not_go_together_are_refused) {
  const std::string path = pinned(kCode);
  EXPECT_THAT(refused("prog dump jited " + path + " visual", 2), HasSubstr("translated"));
  EXPECT_THAT(refused("prog dump xlated " + path + " visual --json", 2), HasSubstr("visual"));
  EXPECT_THAT(refused("prog dump " + path + " opcodes file -", 2), HasSubstr("`opcodes`"));
  EXPECT_THAT(refused("prog dump jit " + path, 2), HasSubstr("`jit`"));
}

TEST_F(ProgDumpTest, a_program_without_types_is_its_instructions) {
  const Fd prog = load({BPF_PROG_TYPE_XDP, 0, 2});
  const std::string id = std::to_string(prog_id(prog));
  EXPECT_EQ(done("prog dump xlated id " + id), "tiny:\n   0: (b7) r0 = 2\n   1: (95) exit\n");
  EXPECT_THAT(done("prog dump jited id " + id), testing::StartsWith("tiny:\n   0: "));
}

std::vector<std::string> without(const char* capabilities, std::vector<std::string> words) {
  words.insert(words.begin(), {"setpriv", "--bounding-set", capabilities, "--inh-caps",
                               capabilities, BPFMAPS_BINARY, "prog", "dump"});
  return words;
}

TEST_F(ProgDumpTest, code_that_is_kept_back_is_never_empty) {
  const std::string path = pinned(kCode);
  for (const char* image : {"xlated", "jited"}) {
    const Ran ran = run(without("-sys_admin,-bpf", {image, path}));
    EXPECT_EQ(ran.exit_code, 4);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, AllOf(HasSubstr(path), HasSubstr("CAP_BPF")));
  }
}

// Who may see addresses is kallsyms_for_perf() or CAP_SYSLOG, see kernel/ksyms_common.c.
TEST_F(ProgDumpTest, addresses_that_are_kept_back_leave_no_wrong_name) {
  const std::string path = pinned(kCode);
  const bool for_all = std::stoi(file_text("/proc/sys/kernel/kptr_restrict")) == 0 &&
                       std::stoi(file_text("/proc/sys/kernel/perf_event_paranoid")) <= 1;
  const Ran compiled = run(without("-syslog", {"jited", path}));
  EXPECT_EQ(compiled.exit_code, for_all ? 0 : 4);
  EXPECT_THAT(compiled.err, testing::AnyOf("", HasSubstr("kptr_restrict")));
  const Ran translated = run(without("-syslog", {"xlated", path}));
  EXPECT_EQ(translated.exit_code, 0);
  EXPECT_THAT(translated.out, AllOf(HasSubstr("#add_up\n"), Not(HasSubstr("call 0"))));
  const bool nameless = translated.out.find("call kernel-function\n") != std::string::npos;
  EXPECT_EQ(nameless, !for_all);
}

TEST_F(ProgDumpTest, without_types_for_us_functions_have_numbers) {
  const std::string path = pinned(kCode);
  const Ran ran = run(without("-sys_admin", {"xlated", path}));
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("CAP_SYS_ADMIN"));
  std::smatch called;
  ASSERT_TRUE(std::regex_search(ran.out, called, std::regex("call pc\\+\\d+#(sub_\\d+)\n")));
  EXPECT_THAT(ran.out, HasSubstr("\n" + called.str(1) + ":\n"));
}

#ifdef BPFMAPS_MODULE_BUILT

TEST_F(ProgDumpTest, compiled_code_is_all_there) {
  for (const Loaded& what : kPrograms) {
    const std::string path = pinned(what);
    std::string bytes;
    for (const Json& function : ask({"prog", "dump", "jited", path, "opcodes"})) {
      std::uint64_t pc = 0;
      for (const Json& insn : function["insns"]) {
        EXPECT_EQ(insn["pc"], pc);
        EXPECT_NE(insn["operation"], ".byte") << path;
        pc += insn["opcodes"].size();
        for (const std::string byte : insn["opcodes"])
          bytes += static_cast<char>(std::stoi(byte, nullptr, 16));
      }
    }
    EXPECT_EQ(bytes, done("prog dump jited " + path + " file -"));
    EXPECT_EQ(bytes.size(), ask({"prog", "show", path})["bytes_jited"]);
  }
}

TEST_F(ProgDumpTest, compiled_code_has_names_and_lines) {
  const std::string text = done("prog dump jited " + pinned(kCode));
  for (const char* part :
       {"int a_name_of_more_than_15(struct xdp_md *ctx):\n",
        "\nint add_up(struct xdp_md *ctx, __u32 key):\n", "\n; int found = add_up(ctx, key);\n"})
    EXPECT_THAT(text, HasSubstr(part));
#ifdef __x86_64__
  EXPECT_THAT(text,
              AllOf(HasSubstr(" callq add_up\n"), HasSubstr(" callq bpf_for_each_hash_elem\n"),
                    HasSubstr(" movq $each, %rsi\n")));
#endif
}

TEST_F(ProgDumpTest, without_its_disassembler_all_but_disassembling_compiled_code_works) {
  const std::string path = pinned(kCode), alone = testing::TempDir() + "bpfmaps_alone";
  std::filesystem::copy_file(BPFMAPS_BINARY, alone,
                             std::filesystem::copy_options::overwrite_existing);
  const Ran text = run({alone, "prog", "dump", "jited", path});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.out, "");
  EXPECT_THAT(text.err,
              AllOf(HasSubstr(path), HasSubstr("bpfmaps-llvm"), HasSubstr("`file FILE`")));
  EXPECT_EQ(run({alone, "prog", "dump", "jited", path, "file", "-"}).exit_code, 0);
  EXPECT_EQ(run({alone, "prog", "dump", "xlated", path}).out, done("prog dump xlated " + path));
  std::filesystem::remove(alone);
}

TEST_F(ProgDumpTest, a_disassembler_that_others_may_write_is_not_started) {
  namespace fs = std::filesystem;
  const std::string path = pinned(kCode);
  const fs::path folder = testing::TempDir() + "bpfmaps_shared", program = folder / "bpfmaps";
  const fs::path helper = folder / "bpfmaps-llvm";
  fs::create_directory(folder);
  fs::copy_file(BPFMAPS_BINARY, program, fs::copy_options::overwrite_existing);
  fs::copy_file(fs::path(BPFMAPS_BINARY).parent_path() / helper.filename(), helper,
                fs::copy_options::overwrite_existing);
  const auto dump = [&] { return run({program, "prog", "dump", "jited", path}); };
  EXPECT_EQ(dump().exit_code, 0) << dump().err;
  chmod(folder.c_str(), 01777);
  const Ran shared = dump();
  EXPECT_EQ(shared.exit_code, 4);
  EXPECT_EQ(shared.out, "");
  EXPECT_THAT(shared.err, HasSubstr("bpfmaps_shared can be changed by anyone"));
  EXPECT_EQ(run({program, "prog", "dump", "xlated", path}).exit_code, 0);
  chmod(folder.c_str(), 0755);
  must(chown(helper.c_str(), 65534, 65534) == 0, "chown");
  EXPECT_THAT(dump().err, HasSubstr("can be changed by uid 65534, its owner"));
  fs::remove_all(folder);
}

// One that missed a name took what came next for it, and both waited for each other.
TEST_F(ProgDumpTest, a_disassembler_that_cannot_read_ends_the_dump) {
  const std::string path = pinned(kCode);
  for (int call = 1; call < 40; ++call) {  // of each of the two processes
    const Ran ran = run({"timeout", "60", "strace", "-f", "-qq", "-o", "/dev/null", "-e",
                         "inject=read:error=EIO:when=" + std::to_string(call), BPFMAPS_BINARY,
                         "prog", "dump", "jited", path},
                        {.environment = {"ASAN_OPTIONS=detect_leaks=0"}});
    EXPECT_TRUE(ran.exit_code == 0 || ran.err != "") << call;
    EXPECT_NE(ran.exit_code, 124) << call;  // timeout's own
  }
}

#endif  // BPFMAPS_MODULE_BUILT

TEST_F(ProgDumpTest, maps_of_a_program_are_listed_with_their_pins) {
  const std::string path = pinned(kCode);
  pin_fd(fixtures_[0]->map("flows"), pin("flows"));
  const Json maps = ask({"prog", "maps", path});
  std::set<std::string> names;
  for (const Json& map : maps) {
    names.insert(map["name"]);
    EXPECT_EQ(map, ask({"map", "show", "id", std::to_string(map["id"].get<int>())}));
  }
  EXPECT_EQ(names, (std::set<std::string>{"flows", "totals", "next", "code.data", "code.bss",
                                          "code.rodata"}));
  EXPECT_THAT(done("prog maps " + path), HasSubstr(pin("flows") + "\n"));
  const Fd none = load({BPF_PROG_TYPE_XDP});
  EXPECT_EQ(done("prog maps id " + std::to_string(prog_id(none))), "no maps\n");
}

}  // namespace
}  // namespace bpfmaps::test
