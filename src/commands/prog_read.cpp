// SPDX-License-Identifier: BSD-2-Clause
// prog read PATH: runs an iterator once and prints what it prints.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "kernel/link/iterator.h"
#include "kernel/pin/pin.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// The link of an iterator; one of a program ends with this command.
Result<kernel::Link> open_iterator(const cli::Request& request, const std::string& path) {
  std::optional<kernel::Map> over;
  if (request.find("over") != nullptr)
    over = TRY(open_map(request.selector("over"), kernel::Access::read));
  kernel::Pinned pinned = TRY(kernel::open_pin(path));
  if (auto* link = std::get_if<kernel::Link>(&pinned)) {
    if (!over) return std::move(*link);
    return fail(Error::usage("`over` does not go with the pin of a link",
                             "a link runs over the map that it was made for"));
  }
  if (const auto* prog = std::get_if<kernel::Prog>(&pinned))
    return kernel::make_iterator(*prog, over ? &*over : nullptr);
  return fail(Error::refused(Kind::invalid, "read an iterator", path, "this is the pin of a map",
                             "`bpfmaps map dump " + shell_word(path) + "` prints its entries"));
}

/// What is printed, line by line.
class Lines {
 public:
  explicit Lines(Context& context) : context_(context) {
    if (!context.style.is_table()) list_.emplace(context.out, context.style, columns_);
  }
  void add(std::string_view piece) {
    for (;;) {
      const std::size_t end = piece.find('\n');
      pending_.append(piece.substr(0, end));
      if (end == piece.npos) return;
      piece.remove_prefix(end + 1);
      print("\n");
    }
  }
  void end() {
    if (!pending_.empty()) print("");
    if (list_) list_->end();
  }

 private:
  void print(std::string_view after) {
    if (list_) {
      list_->add(output::Record().add("line", pending_));
    } else if (context_.style.width != 0) {
      // A terminal obeys what names of processes and the like may hold; tabs are harmless.
      std::string safe;
      for (const std::string_view part : split(pending_, '\t')) {
        if (part.data() != pending_.data()) safe += '\t';
        append_terminal_safe(safe, part);
      }
      context_.out.write(safe.append(after));
    } else {
      context_.out.write(pending_.append(after));
    }
    pending_.clear();
  }

  Context& context_;
  std::vector<output::Column> columns_ = {{"line", "line"}};
  std::optional<output::ListStream> list_;
  std::string pending_;
};

Status run(const cli::Request& request, Context& context) {
  const std::string path(request.word("PATH"));
  const kernel::Link link = TRY(open_iterator(request, path));
  Lines lines(context);
  TRY(kernel::read_iterator(link, path, [&lines](std::string_view piece) { lines.add(piece); }));
  lines.end();
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PATH", Takes::pin, Count::one, "the pin of an iterator's link, or of its program"},
    {"over", "MAP", Takes::map, Count::optional, "with a program: the map it runs over"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog read /sys/fs/bpf/tasks", "what the iterator pinned there prints"},
};

}  // namespace

const cli::Command kProgRead{
    .object = "prog",
    .verb = "read",
    .summary = "print what an iterator prints",
    .details =
        R"(An iterator is a program that runs once for each object of a kind, as for each task or
each entry of a map, whenever it is read. `prog load OBJ PATH autoattach` pins its link, and `over
MAP` makes it run over the entries of MAP. The pin of an iterator's program can be read, too.

What it prints is text, shown as it is; on a terminal control characters are shown escaped. In
JSON each line is an object.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
