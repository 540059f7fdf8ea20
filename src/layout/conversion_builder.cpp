// SPDX-License-Identifier: BSD-2-Clause
// Making a Conversion: walks the two trees at once, and finds all that can be wrong beforehand.
#include <algorithm>

#include "base/text.h"
#include "layout/conversion.h"
#include "layout/parse.h"
#include "layout/path.h"

namespace bpfmaps::layout {
namespace {

bool is_integer(const Node& node) {
  switch (node.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int:
    case Shape::boolean:
    case Shape::enumeration:
    case Shape::pointer: return true;
    default: return false;
  }
}

// Whether the two say the same of every byte, whatever they and their types are called.
bool same_bytes(const Layout& from_layout, const Node& from, const Layout& to_layout,
                const Node& to) {
  if (from.shape != to.shape || from.is_signed != to.is_signed ||
      from.big_endian != to.big_endian || from.bits != to.bits ||
      from.bit_offset != to.bit_offset || from.size != to.size || from.count != to.count ||
      from.children.size() != to.children.size())
    return false;
  if (from.shape == Shape::enumeration &&
      from_layout.names_of(from).entries() != to_layout.names_of(to).entries())
    return false;
  for (std::size_t i = 0; i < from.children.size(); ++i) {
    const Node &a = from.children[i], &b = to.children[i];
    if (a.name != b.name || a.offset != b.offset || !same_bytes(from_layout, a, to_layout, b))
      return false;
  }
  return true;
}

}  // namespace
class ConversionBuilder {
 public:
  ConversionBuilder(const Layout& from, const Layout& to, std::string_view name,
                    const ConversionOptions& options)
      : from_(from), to_(to), name_(name), options_(options) {
    made_.from_ = &from;
    made_.to_ = &to;
    made_.blank_.assign(to.root().size, 0);
    for (const auto& [old_path, new_path] : options.renames) note_rename(old_path, new_path);
  }

  Result<Conversion> run() && {
    const FieldRef from{&from_.root(), 0, name_}, to{&to_.root(), 0, name_};
    if (!from_.is_typed() || !to_.is_typed()) {
      if (from_.root().size != to_.root().size)
        return fail(Error::refused(Kind::invalid, "convert", "",
                                   "the " + name_ + " has " + std::to_string(from_.root().size) +
                                       " bytes here and " + std::to_string(to_.root().size) +
                                       " there, and no types tell what they are"));
      add_copy(0, 0, from_.root().size);
    } else {
      const Renamed* renamed = renamed_to(name_);
      const FieldRef source = renamed != nullptr ? TRY(place_of(from, *renamed)) : from;
      TRY(field(source, to));
      if (renamed != nullptr) TRY(check_left(from, to));
    }
    for (const auto& [path, text] : options_.defaults) TRY(use_default(path, text));
    join_copies();
    made_.is_copy_ = made_.steps_.size() == 1 && made_.steps_[0].how == How::copy &&
                     made_.steps_[0].from_offset == 0 && made_.steps_[0].to_offset == 0 &&
                     made_.steps_[0].size == from_.root().size &&
                     from_.root().size == to_.root().size;
    return std::move(made_);
  }

 private:
  using How = Conversion::How;
  struct Renamed {
    std::string old_path, new_path;
    std::string typed;  // the old path as the user has it
  };

  // "value.a" of "a" or "value.a"; "" where the path is about the other part.
  std::string own_path(const std::string& path) const {
    if (path == name_ || path.starts_with(name_ + ".") || path.starts_with(name_ + "["))
      return path;
    const std::string_view other = name_ == "key" ? "value" : "key";
    if (path == other || path.starts_with(std::string(other) + ".")) return {};
    return path.starts_with('[') ? name_ + path : name_ + "." + path;
  }

  void note_rename(const std::string& old_path, const std::string& new_path) {
    const std::string from = own_path(old_path);
    std::string to = own_path(new_path);
    if (from.empty() || to.empty()) return;
    if (new_path.find('.') == std::string::npos && old_path.find('.') != std::string::npos &&
        new_path != name_)
      to = from.substr(0, from.rfind('.') + 1) + new_path;
    renames_.push_back({from, to, old_path});
  }

  const Renamed* renamed_to(const std::string& new_path) const {
    const auto found = std::ranges::find(renames_, new_path, &Renamed::new_path);
    return found == renames_.end() ? nullptr : &*found;
  }
  bool is_renamed(const std::string& old_path) const {
    return std::ranges::find(renames_, old_path, &Renamed::old_path) != renames_.end();
  }

  Result<FieldRef> place_of(const FieldRef& whole, const Renamed& renamed) {
    const std::string& path = renamed.old_path;
    made_.used_.push_back("rename " + renamed.typed);
    if (path == name_) return whole;
    const std::string_view rest = std::string_view(path).substr(name_.size());
    auto way = follow(whole, rest.starts_with('.') ? rest.substr(1) : rest);
    if (!way) {
      way.error().context.insert(0, "--rename: ");
      return fail(std::move(way).error());
    }
    return way->back();
  }

  void add_copy(std::size_t from, std::size_t to, std::size_t size) {
    if (size == 0) return;
    made_.steps_.push_back({.how = How::copy, .from_offset = from, .to_offset = to, .size = size});
  }
  void add(How how, const FieldRef& from, const FieldRef& to) {
    made_.steps_.push_back({.how = how,
                            .from_offset = from.offset,
                            .to_offset = to.offset,
                            .size = from.node->size,
                            .from = from.node,
                            .to = to.node,
                            .path = to.path});
  }

  tl::unexpected<Error> differs(const FieldRef& from, const FieldRef& to) const {
    return fail(Error::refused(Kind::invalid, "convert", "",
                               "`" + to.path + "` is " + described(*from.node) + " here and " +
                                   described(*to.node) + " there",
                               "--drop " + from.path + " leaves it behind"));
  }

  bool is_dropped(const std::string& path) {
    for (const std::string& drop : options_.drops) {
      if (own_path(drop) != path) continue;
      made_.used_.push_back("drop " + drop);
      return true;
    }
    return false;
  }

  Status field(const FieldRef& from, const FieldRef& to) {
    const Node &a = *from.node, &b = *to.node;
    const bool no_options = renames_.empty() && options_.drops.empty();
    const bool parts = a.shape == Shape::record || a.shape == Shape::array;
    if ((no_options || !parts) && a.bits == 0 && same_bytes(from_, a, to_, b))
      return add_copy(from.offset, to.offset, a.size), Status();
    if (a.meaning != Meaning::plain && a.meaning == b.meaning && a.size == b.size && no_options)
      return add_copy(from.offset, to.offset, a.size), Status();
    if (a.shape == Shape::enumeration && b.shape == Shape::enumeration)
      return add(How::enumeration, from, to), Status();
    if (is_integer(a) && is_integer(b)) return add(How::integer, from, to), Status();
    if ((is_integer(a) || a.shape == Shape::wide_int) &&
        (is_integer(b) || b.shape == Shape::wide_int))
      return add(How::wide, from, to), Status();
    if (a.shape != b.shape) return differs(from, to);
    switch (a.shape) {
      case Shape::floating: return add(How::floating, from, to), Status();
      case Shape::text: return add(How::text, from, to), Status();
      case Shape::array: return array(from, to);
      case Shape::record: return record(from, to);
      default: return differs(from, to);  // bytes of another size
    }
  }

  Status array(const FieldRef& from, const FieldRef& to) {
    const Node &a = *from.node, &b = *to.node;
    const std::uint32_t both = std::min(a.count, b.count);
    if (a.counted || b.counted) return differs(from, to);
    if (both != 0 && same_bytes(from_, a.children[0], to_, b.children[0])) {
      add_copy(from.offset, to.offset, std::size_t{both} * a.children[0].size);
    } else {
      constexpr std::uint32_t kMostSteps = 65536;
      if (both + made_.steps_.size() > kMostSteps) return differs(from, to);
      for (std::uint32_t i = 0; i < both; ++i) TRY(field(element_of(from, i), element_of(to, i)));
    }
    if (a.count <= both) return {};
    const std::size_t each = a.children[0].size;
    made_.steps_.push_back({.how = How::zero,
                            .from_offset = from.offset + each * both,
                            .size = each * (a.count - both),
                            .path = from.path + "[" + std::to_string(both) + "]"});
    return {};
  }

  static const Node* child_called(const Node& record, const std::string& name) {
    const auto found = std::ranges::find(record.children, name, &Node::name);
    return found == record.children.end() ? nullptr : &*found;
  }

  static FieldRef part(const FieldRef& whole, const Node& child) {
    return {&child, whole.offset + child.offset, whole.path + "." + child.name};
  }

  // Members of a union share their bytes: they go over as they are or not at all.
  Status check_union(const FieldRef& from, const FieldRef& to) const {
    if (!from.node->is_union && !to.node->is_union) return {};
    for (const Node& child : from.node->children) {
      const Node* other = child_called(*to.node, child.name);
      if (other != nullptr && !same_bytes(from_, child, to_, *other))
        return differs(part(from, child), part(to, *other));
    }
    return {};
  }

  Status record(const FieldRef& from, const FieldRef& to) {
    TRY(check_union(from, to));
    const FieldRef whole{&from_.root(), 0, name_};
    for (const Node& child : to.node->children) {
      const FieldRef target = part(to, child);
      const std::string old_path = from.path + "." + child.name;
      const Node* same = child_called(*from.node, child.name);
      if (const Renamed* renamed = renamed_to(target.path)) {
        const FieldRef source = TRY(place_of(whole, *renamed));
        TRY(field(source, target));
      } else if (same != nullptr && !is_renamed(old_path) && !is_dropped(old_path)) {
        TRY(field(part(from, *same), target));
      } else if (child.name.starts_with('@')) {
        continue;  // bytes without a name
      } else if (has_renamed_below(target.path)) {
        static const Node kNothing{.shape = Shape::record};
        TRY(record({&kNothing, 0, old_path}, target));
      } else {
        made_.added_.push_back(target.path);
      }
    }
    return check_left(from, to);
  }

  // What `to` has no field for is told, or goes somewhere else.
  Status check_left(const FieldRef& from, const FieldRef& to) {
    for (const Node& child : from.node->children) {
      const FieldRef source = part(from, child);
      if (is_renamed(source.path) || is_dropped(source.path)) continue;
      if (child_called(*to.node, child.name) != nullptr) continue;
      if (moves_all(source)) continue;
      if (child.name.starts_with('@')) {
        made_.steps_.push_back({.how = How::zero,
                                .from_offset = source.offset,
                                .size = child.size,
                                .path = source.path});
        continue;
      }
      return fail(lost(source, to));
    }
    return {};
  }

  bool has_renamed_below(const std::string& path) const {
    return std::ranges::any_of(
        renames_, [&](const Renamed& one) { return one.new_path.starts_with(path + "."); });
  }

  // Whether every member of a record goes somewhere else.
  bool moves_all(const FieldRef& source) {
    if (source.node->shape != Shape::record || source.node->children.empty()) return false;
    return std::ranges::all_of(source.node->children, [&](const Node& child) {
      const FieldRef one = part(source, child);
      return is_renamed(one.path) || is_dropped(one.path) || moves_all(one);
    });
  }

  Error lost(const FieldRef& source, const FieldRef& to) const {
    std::vector<std::string_view> known;
    for (const Node& child : to.node->children) known.push_back(child.name);
    const std::string name = source.path.substr(source.path.rfind('.') + 1);
    std::string hint = "--drop " + source.path + " leaves it behind, --rename " + source.path +
                       "=NEW gives it another name";
    const std::string near = did_you_mean(name, known);
    if (!near.empty()) hint += "; " + near;
    return Error::refused(Kind::invalid, "convert", "",
                          "`" + source.path + "` would be lost: the map has no such field", hint);
  }

  Status use_default(const std::string& path, const std::string& text) {
    const std::string own = own_path(path);
    if (own.empty()) return {};
    // The field may be one of the other part: whoever made both knows.
    const FieldRef whole{&to_.root(), 0, name_};
    const std::string_view rest = std::string_view(own).substr(name_.size());
    const auto way = follow(whole, rest.starts_with('.') ? rest.substr(1) : rest);
    if (!way) return {};
    const bool is_new = std::ranges::any_of(made_.added_, [&](const std::string& added) {
      return own == added || own.starts_with(added + ".") || own.starts_with(added + "[");
    });
    if (!is_new)
      return fail(Error::usage(
          "--default: `" + own + "` is no new field",
          made_.added_.empty() ? "there is no new field" : "new fields: " + joined(made_.added_)));
    made_.used_.push_back("default " + path);
    const std::vector<std::string> words = {
        own.substr(name_.size() + (own[name_.size()] == '.' ? 1 : 0)) + "=" + text};
    auto parsed = parse(to_, {name_, words}, made_.blank_);
    if (!parsed) parsed.error().context.insert(0, "--default: ");
    return parsed;
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
  }

  // Copies that lie one behind the other on both sides become one.
  void join_copies() {
    std::vector<Conversion::Step> joined;
    for (Conversion::Step& step : made_.steps_) {
      if (!joined.empty() && step.how == How::copy && joined.back().how == How::copy) {
        Conversion::Step& last = joined.back();
        if (last.from_offset + last.size == step.from_offset &&
            last.to_offset + last.size == step.to_offset) {
          last.size += step.size;
          continue;
        }
      }
      joined.push_back(std::move(step));
    }
    made_.steps_ = std::move(joined);
  }

  const Layout &from_, &to_;
  const std::string name_;
  const ConversionOptions& options_;
  std::vector<Renamed> renames_;
  Conversion made_;
};

Result<Conversion> Conversion::make(const Layout& from, const Layout& to, std::string_view name,
                                    const ConversionOptions& options) {
  return ConversionBuilder(from, to, name, options).run();
}

}  // namespace bpfmaps::layout
