// SPDX-License-Identifier: BSD-2-Clause
#include "cli/bpftool_words.h"

namespace bpfmaps::cli {
namespace {

struct Word {
  std::string_view object, verb, hint;  // a verb of "" stands for all
};
constexpr std::string_view kAttach =
    "`bpfmaps prog attach PROG HOOK` attaches, to an interface (dev) or a cgroup, too";
constexpr std::string_view kDetach =
    "`bpfmaps prog detach PROG HOOK` detaches, from an interface (dev) or a cgroup, too";
constexpr Word kWords[] = {
    {"map", "event_pipe", "`bpfmaps map tail MAP` shows the records"},
    {"prog", "tracelog", "`bpfmaps prog log --follow` shows what programs print"},
    {"prog", "profile", "`bpfmaps prog stats PROG` shows its runs and their time"},
    {"cgroup", "tree", "`bpfmaps cgroup list --tree`"},
    {"cgroup", "attach", kAttach},
    {"cgroup", "detach", kDetach},
    {"net", "attach", kAttach},
    {"net", "detach", kDetach},
    {"perf", "",
     "`bpfmaps prog list --pids` shows where programs are attached, and who holds them"},
    {"struct_ops", "",
     "`bpfmaps map list` shows what is registered, `map register` and `prog load ... autoattach` "
     "register"},
    {"iter", "",
     "`bpfmaps prog load OBJ PATH autoattach` pins an iterator, `bpfmaps prog read PATH` prints "
     "it"},
    {"gen", "", "this makes files for loaders: use bpftool"},
    {"feature", "", "this asks what the kernel can do: use bpftool"},
    {"token", "", "use bpftool"},
};

}  // namespace

std::string_view hint_for_bpftools(std::string_view object, std::string_view verb) {
  for (const Word& word : kWords)
    if (word.object == object && (word.verb.empty() || word.verb == verb)) return word.hint;
  return {};
}

}  // namespace bpfmaps::cli
