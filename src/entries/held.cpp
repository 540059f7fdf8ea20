// SPDX-License-Identifier: BSD-2-Clause
#include "entries/held.h"

#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>

#include "entries/write_entries.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "kernel/pin/pin.h"
#include "layout/layout.h"

namespace bpfmaps::entries {
namespace {

using kernel::Holds;
using layout::Node;

tl::unexpected<Error> refuse(Kind kind, std::string subject, std::string why,
                             std::string hint = {}) {
  return fail(Error::refused(kind, "restore", std::move(subject), std::move(why), std::move(hint)));
}

// Programs of a saved map, found again.
class ProgramFinder {
 public:
  explicit ProgramFinder(const SavedMap* saved) : saved_(saved) {}

  /// The descriptor of what was program `id`; -1 for 0.
  Result<int> descriptor(std::uint32_t id) {
    if (id == 0) return -1;
    if (const auto known = found_.find(id); known != found_.end())
      return programs_[known->second].fd();
    programs_.push_back(saved_ == nullptr ? TRY(kernel::prog_by_id(id)) : TRY(find(id)));
    found_[id] = programs_.size() - 1;
    return programs_.back().fd();
  }

  std::vector<kernel::Prog> take() { return std::move(programs_); }

 private:
  Result<kernel::Prog> find(std::uint32_t id) const {
    const auto one = std::ranges::find(saved_->programs, id, &SavedProgram::id);
    const std::string subject = "program " + std::to_string(id);
    if (one == saved_->programs.end())
      return refuse(Kind::not_found, subject, "the file does not say which program it was");
    for (const std::string& path : one->pinned) {
      auto pinned = kernel::prog_at(path);
      if (pinned) return pinned;
    }
    std::vector<kernel::Prog> alike;
    TRY(kernel::for_each_prog([&](kernel::Prog prog) {
      if (prog.info().tag == one->tag && prog.info().name == one->name)
        alike.push_back(std::move(prog));
    }));
    if (alike.size() == 1) return std::move(alike[0]);
    const std::string which = "program " + one->name + ", tag " + one->tag;
    if (alike.empty())
      return refuse(Kind::not_found, which, "it is not loaded",
                    "load and pin it where it was pinned");
    return refuse(Kind::not_found, which, "several programs are called so and have that tag",
                  "pin the one that is meant where it was pinned");
  }

  const SavedMap* saved_;
  std::map<std::uint32_t, std::size_t> found_;
  std::vector<kernel::Prog> programs_;
};

const Node* child_called(const Node& record, std::string_view name) {
  const auto found = std::ranges::find(record.children, name, &Node::name);
  return found == record.children.end() ? nullptr : &*found;
}

// A field of what entries show, such as `prog_id`; 0 where it has none.
std::uint32_t number(const Node& shown, const unsigned char* value, std::string_view name) {
  const Node* field = child_called(shown, name);
  if (field == nullptr) return 0;
  return static_cast<std::uint32_t>(layout::load_bits(*field, value + field->offset));
}

std::string text(const Node& shown, const unsigned char* value, std::string_view name) {
  const Node* field = child_called(shown, name);
  if (field == nullptr) return {};
  const char* const from = reinterpret_cast<const char*>(value) + field->offset;
  return {from, strnlen(from, field->size)};
}

Result<std::uint32_t> interface(const Node& shown, const unsigned char* value) {
  const std::string name = text(shown, value, "devname");
  if (name.empty()) {
    const std::uint32_t index = number(shown, value, "ifindex");
    char there[IF_NAMESIZE];
    if (if_indextoname(index, there) != nullptr) return index;
    return refuse(Kind::not_found, "interface " + std::to_string(index),
                  "its name is not known, and there is none with that index");
  }
  const unsigned index = if_nametoindex(name.c_str());
  const int code = errno;
  if (index == 0)
    return fail(Error::from_errno(code, "find the interface", name).as(Kind::not_found));
  return index;
}

}  // namespace

bool holds_objects(const kernel::MapInfo& info) {
  return kernel::kind_of(info.type).holds != Holds::data;
}

Result<HeldEntries> hold_objects(const TypedMap& from, const TypedMap& to,
                                 const EntryBlocks& blocks) {
  const kernel::MapInfo& info = to.map.info();
  const Holds holds = kernel::kind_of(info.type).holds;
  if (kernel::kind_of(from.map.info().type).holds != holds)
    return refuse(Kind::invalid, "", "what entries stand for is not the same in the two maps");
  if (holds != Holds::programs && holds != Holds::devices && holds != Holds::cpus)
    return refuse(Kind::unsupported, "",
                  "what a map of type " + kernel::map_type_name(info.type) +
                      " holds cannot be put there again by another process");
  const Node& shown = from.row_spec().value->root();
  const std::size_t key_size = info.key_size;
  HeldEntries held;
  ProgramFinder finder(from.saved.get());
  for (const EntryBlock& block : blocks) {
    EntryBlock made = block_for(to);
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      if (block.key_size() != key_size)
        return refuse(Kind::invalid, "", "the keys are not of the same size");
      const unsigned char* const value = block.value(i);
      std::uint32_t first = 0;
      std::optional<int> program;
      if (holds == Holds::programs) {
        first = static_cast<std::uint32_t>(TRY(finder.descriptor(number(shown, value, "prog_id"))));
      } else {
        const std::uint32_t id = number(shown, value, "prog_id");
        if (id != 0) program = TRY(finder.descriptor(id));
        first = holds == Holds::cpus ? number(shown, value, "qsize") : TRY(interface(shown, value));
      }
      if (program && info.value_size < 8)
        return refuse(Kind::invalid, "", "the map's values have no room for a program");
      made.add();
      const std::size_t at = made.count() - 1u;
      std::memcpy(made.key(at), block.key(i), key_size);
      std::memcpy(made.value(at), &first, sizeof first);
      if (program) std::memcpy(made.value(at) + 4, &*program, sizeof *program);
    }
    held.blocks.push_back(std::move(made));
  }
  held.programs = finder.take();
  return held;
}

}  // namespace bpfmaps::entries
