// SPDX-License-Identifier: BSD-2-Clause
#include "commands/select.h"

#include <functional>

#include "kernel/pin.h"

namespace bpfmaps {
namespace {

using cli::Selector;
using kernel::Noun;

constexpr std::size_t kNameMax = BPF_OBJ_NAME_LEN - 1;

/// The one object of `noun` that `matches`, found by looking at all of them. Needs CAP_SYS_ADMIN,
/// as every look at ids does.
template <class Handle>
Result<Handle> find_one(Noun noun, const Selector& selector,
                        const std::function<Result<Handle>(std::uint32_t)>& open,
                        const std::function<bool(const Handle&)>& matches) {
  const std::string word(kernel::noun_name(noun));
  const auto refuse = [&](Kind kind, std::string context, std::string hint) {
    return fail(Error::refused(kind, "find a " + word, word + " " + selector.describe(),
                               std::move(context), std::move(hint)));
  };
  std::vector<Handle> found;
  for (const std::uint32_t id : TRY(kernel::all_ids(noun))) {
    auto handle = open(id);
    if (!handle) {
      if (handle.error().kind == Kind::not_found) continue;  // gone since the ids were listed
      return fail(std::move(handle).error());
    }
    if (matches(*handle)) found.push_back(*std::move(handle));
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    const bool cut = selector.by == Selector::By::name && selector.text.size() > kNameMax;
    return refuse(Kind::not_found, "there is none",
                  cut ? "the kernel keeps 15 bytes of a name: try " + word + " name " +
                            selector.text.substr(0, kNameMax)
                      : "`bpfmaps " + word + " list` shows what there is");
  }
  std::string ids;
  for (const Handle& handle : found)
    ids += (ids.empty() ? "" : ", ") + std::to_string(handle.info().id);
  return refuse(Kind::invalid, std::to_string(found.size()) + " of them: ids " + ids,
                "name one as `id " + std::to_string(found.front().info().id) + "`");
}

}  // namespace

Result<kernel::Map> open_map(const Selector& selector, kernel::Access access) {
  if (selector.by == Selector::By::pinned) return kernel::map_at(selector.text, access);
  if (selector.by == Selector::By::id) return kernel::map_by_id(selector.id, access);
  return find_one<kernel::Map>(
      Noun::map, selector, [&](std::uint32_t id) { return kernel::map_by_id(id, access); },
      [&](const kernel::Map& map) { return map.info().name == selector.text; });
}

Result<kernel::Prog> open_prog(const Selector& selector) {
  if (selector.by == Selector::By::pinned) return kernel::prog_at(selector.text);
  if (selector.by == Selector::By::id) return kernel::prog_by_id(selector.id);
  const bool by_tag = selector.by == Selector::By::tag;
  return find_one<kernel::Prog>(
      Noun::prog, selector, kernel::prog_by_id, [&](const kernel::Prog& prog) {
        return (by_tag ? prog.info().tag : prog.info().name) == selector.text;
      });
}

Result<kernel::Link> open_link(const Selector& selector) {
  if (selector.by == Selector::By::pinned) return kernel::link_at(selector.text);
  return kernel::link_by_id(selector.id);
}

}  // namespace bpfmaps
