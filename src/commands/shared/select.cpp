// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/select.h"

#include <optional>
#include <vector>

#include "base/text.h"
#include "kernel/prog/prog_name.h"

namespace bpfmaps::commands {
namespace {

using cli::Selector;
using kernel::Noun;

constexpr std::size_t kNameMax = BPF_OBJ_NAME_LEN - 1;

std::string nearest_hint(const std::string& typed, const std::vector<std::string>& others,
                         const std::string& noun) {
  const std::vector<std::string_view> known(others.begin(), others.end());
  const std::string hint = did_you_mean(typed, known);
  return hint.empty() ? "`bpfmaps " + noun + " list` shows what there is" : hint;
}

/// Those that bear a name or tag: the first, and the ids of all. No more than the first stays
/// open, since thousands may bear it.
template <class Handle>
struct Bearers {
  std::optional<Handle> first;
  std::vector<std::uint32_t> ids;
  std::vector<std::string> others;  // names and tags that were seen on the way

  void add(Handle handle) {
    ids.push_back(handle.info().id);
    if (!first) first = std::move(handle);
  }

  /// The one there is, or why there is not one.
  Result<Handle> only(Noun noun, const Selector& selector) && {
    if (ids.size() == 1) return *std::move(first);
    const std::string word(kernel::noun_name(noun));
    const auto refuse = [&](Kind kind, std::string context, std::string hint) {
      return fail(Error::refused(kind, "find a " + word, word + " " + selector.describe(),
                                 std::move(context), std::move(hint)));
    };
    if (ids.empty()) {
      const bool cut = selector.by == Selector::By::name && selector.text.size() > kNameMax;
      return refuse(Kind::not_found, "there is none",
                    cut && noun == Noun::map
                        ? "the kernel keeps 15 bytes of a name: try map name " +
                              shell_word(selector.text.substr(0, kNameMax))
                        : nearest_hint(selector.text, others, word));
    }
    std::string all;
    for (const std::uint32_t id : ids) all += (all.empty() ? "" : ", ") + std::to_string(id);
    return refuse(Kind::invalid, std::to_string(ids.size()) + " of them: ids " + all,
                  "name one as `id " + std::to_string(ids.front()) + "`");
  }
};

/// Whether a program bears the name, as the kernel cuts it or whole as `prog list` shows it.
Result<bool> bears(const kernel::Prog& prog, const std::string& name, kernel::ProgNames& names) {
  const std::string& kept = prog.info().name;
  if (kept == name || !name.starts_with(kept)) return kept == name;
  kernel::ProgName whole = names.full_name(prog);
  if (!whole.cut) return whole.text == name;
  whole.cut->subject = "prog name " + name;
  return fail(*std::move(whole.cut));
}

}  // namespace

Result<kernel::Map> open_map(const Selector& selector, kernel::Access access) {
  if (selector.by == Selector::By::pinned) return kernel::map_at(selector.text, access);
  if (selector.by == Selector::By::id) return kernel::map_by_id(selector.id, access);
  Bearers<kernel::Map> found;
  TRY(kernel::for_each_map(access, [&](kernel::Map map) {
    if (map.info().name == selector.text)
      found.add(std::move(map));
    else
      found.others.push_back(map.info().name);
  }));
  return std::move(found).only(Noun::map, selector);
}

Result<kernel::Prog> open_prog(const Selector& selector) {
  if (selector.by == Selector::By::pinned) return kernel::prog_at(selector.text);
  if (selector.by == Selector::By::id) return kernel::prog_by_id(selector.id);
  const bool by_tag = selector.by == Selector::By::tag;
  kernel::ProgNames names;
  Bearers<kernel::Prog> found;
  Status told;
  TRY(kernel::for_each_prog([&](kernel::Prog prog) {
    const Result<bool> is_it =
        by_tag ? prog.info().tag == selector.text : bears(prog, selector.text, names);
    if (!is_it)
      told = fail(is_it.error());
    else if (*is_it)
      found.add(std::move(prog));
    else
      found.others.push_back(by_tag ? prog.info().tag : prog.info().name);
  }));
  TRY(std::move(told));
  return std::move(found).only(Noun::prog, selector);
}

Result<kernel::Link> open_link(const Selector& selector) {
  if (selector.by == Selector::By::pinned) return kernel::link_at(selector.text);
  return kernel::link_by_id(selector.id);
}

Result<kernel::Pinned> open_any(std::string_view noun, const Selector& selector) {
  if (noun == kernel::noun_name(Noun::map))
    return kernel::Pinned(TRY(open_map(selector, kernel::Access::read)));
  if (noun == kernel::noun_name(Noun::prog)) return kernel::Pinned(TRY(open_prog(selector)));
  return kernel::Pinned(TRY(open_link(selector)));
}

}  // namespace bpfmaps::commands
