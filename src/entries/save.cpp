// SPDX-License-Identifier: BSD-2-Clause
#include "entries/save.h"

#include <sys/utsname.h>

#include <atomic>
#include <cstring>

#include "base/base64.h"
#include "base/error_pointer.h"
#include "entries/inner_maps.h"
#include "entries/stream.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/writer.h"
#include "layout/convert.h"
#include "layout/copy_types.h"
#include "layout/json_schema.h"
#include "layout/node_json.h"
#include "layout/untold.h"

namespace bpfmaps::entries {
namespace {

using output::Record;
using output::Style;
using output::Value;

const Style kLines = Style().as_lines();

// The two types and what they are made of, and nothing else, as BTF of their own.
Result<Value> types_value(const MapTypes& types) {
  Value::Members members;
  kernel::Btf small(unless_error(btf__new_empty()));
  std::uint32_t key = types.key.id, value = types.value.id;
  const btf* whole = small.get();
  layout::TypeCopier keys(types.key.types, small.get()), values(types.value.types, small.get());
  const bool shared = types.key.types == types.value.types;
  const auto copied = [](const TypeRef& type, layout::TypeCopier& copier,
                         std::uint32_t& id) -> Status {
    if (type.id != 0) id = TRY(copier.copy(type.id));
    return {};
  };
  if (!copied(types.key, keys, key) || !copied(types.value, shared ? keys : values, value)) {
    // What cannot be copied by itself is kept with all that was around it.
    if (types.key.id != 0 && types.value.id != 0 && types.key.types != types.value.types)
      return Value(members);
    key = types.key.id;
    value = types.value.id;
    whole = value != 0 ? types.value.types : types.key.types;
  }
  std::uint32_t size = 0;
  const void* bytes = btf__raw_data(whole, &size);
  if (bytes == nullptr)
    return fail(Error::refused(Kind::system, "save types", "", "libbpf cannot write them"));
  members.push_back({"key", key});
  members.push_back({"value", value});
  members.push_back({"btf", base64(bytes, size)});
  return Value(members);
}

// "01 0a ff".
std::string hex_of(const std::vector<unsigned char>& bytes) {
  std::string text(bytes.size() * 3, '\0');
  text.resize(static_cast<std::size_t>(
      layout::write_bytes(text.data(), bytes.data(), bytes.size()) - text.data()));
  return text;
}

Result<Value> inner_value(const TypedMap& inner, const MapOptions& options, SaveFacts& facts) {
  Value::Members members{{"map", facts.inner_shown.take()}};
  if (!options.raw) {
    const MapTypes types =
        TRY(find_map_types(inner.map.info(), options.types, [](const std::string&) {}));
    if (types.key.id != 0 || types.value.id != 0)
      members.push_back({"types", TRY(types_value(types))});
  }
  Value::List maps;
  for (const SavedInner& one : facts.inner_maps)
    maps.push_back(Value::Members{{"id", one.id},
                                  {"key", hex_of(one.key)},
                                  {"name", one.name},
                                  {"max_entries", one.max_entries}});
  members.push_back({"maps", std::move(maps)});
  return Value(std::move(members));
}

Value program_value(const SavedProgram& program) {
  return Value::Members{{"id", program.id},
                        {"name", program.name},
                        {"tag", program.tag},
                        {"pinned", output::list_of(program.pinned)}};
}

// Rows as --jsonl prints them; where that does not tell all bytes, these stand beside it.
class SavedRows final : public layout::Rows {
 public:
  SavedRows(const TypedMap& typed, const std::string& header)
      : spec_(typed.row_spec()), rows_(layout::make_rows(spec_, kLines)), header_(header) {
    const bool keys = typed.resolver && typed.resolver->of_keys();
    const bool values = typed.resolver && !typed.resolver->of_keys();
    if (spec_.key != nullptr && !keys) key_.emplace(*spec_.key);
    if (!values) value_.emplace(*spec_.value);
    if (key_ && !key_->possible()) key_.reset();
    if (value_ && !value_->possible()) value_.reset();
  }

  void begin(const Entries& sample, bool more, Buffer& out) override {
    out.append(header_);
    rows_->begin(sample, more, out);
  }
  void append(const Entries& entries, Buffer& out) const override {
    count_ += entries.count;
    std::uint32_t first = 0;
    for (std::uint32_t i = 0; (key_ || value_) && i < entries.count; ++i) {
      const bool key = key_ && key_->in(entries.key(i));
      const bool value = value_ && has_untold(entries.value(i));
      if (!key && !value) continue;
      rows_->append(entries.some(first, i + 1 - first), out);
      add_bytes(entries.some(i, 1), key, value, out);
      first = i + 1;
    }
    if (first != entries.count) rows_->append(entries.some(first, entries.count - first), out);
  }
  void finish(bool, Buffer&) const override {}

  std::uint64_t count() const { return count_; }

 private:
  bool has_untold(const unsigned char* value) const {
    if (spec_.cpus.empty()) return value_->in(value);
    for (std::size_t i = 0; i < spec_.cpus.size(); ++i)
      if (value_->in(value + i * spec_.slot)) return true;
    return false;
  }

  static void add_hex(const char* name, const unsigned char* bytes, std::size_t size, Buffer& out) {
    out.append(name);
    char* const to = out.reserve(size * 3 + 1);
    out.commit(layout::write_bytes(to, bytes, size));
    out.append("\"");
  }

  // In the place of the `}` and line feed that end the row.
  void add_bytes(const Entries& one, bool key, bool value, Buffer& out) const {
    out.commit(out.data() + out.size() - 2);
    out.append(",\"bytes\":{");
    if (key) add_hex("\"key\":\"", one.key(0), spec_.key->root().size, out);
    if (key && value) out.append(",");
    const std::size_t size =
        spec_.cpus.empty() ? spec_.value->root().size : spec_.cpus.size() * spec_.slot;
    if (value) add_hex("\"value\":\"", one.value(0), size, out);
    out.append("}}\n");
  }

  const layout::RowSpec spec_;
  const std::unique_ptr<layout::Rows> rows_;
  const std::string& header_;
  std::optional<layout::Untold> key_, value_;
  mutable std::atomic<std::uint64_t> count_ = 0;
};

// The elements of a queue or stack, taken out one by one; no more than fit, since others may add
// new ones.
class TakingReader final : public kernel::Reader {
 public:
  explicit TakingReader(const kernel::Map& map)
      : map_(map), left_(map.info().max_entries), value_(map.info().value_size) {}

  Result<Entries> next() override {
    if (left_ == 0) return Entries{};
    const Status taken = kernel::take(map_, value_.data());
    if (!taken && taken.error().kind == Kind::not_found) return Entries{};
    TRY(taken);
    --left_;
    return Entries{.values = value_.data(), .count = 1, .value_stride = value_.size()};
  }

 private:
  const kernel::Map& map_;
  std::uint64_t left_;
  std::vector<unsigned char> value_;
};

Result<std::unique_ptr<kernel::Source>> source_of(const TypedMap& typed, bool take) {
  const bool one_by_one =
      kernel::kind_of(typed.map.info().type).structure == kernel::Structure::queue;
  if (!one_by_one || typed.saved) return open_source(typed);
  if (take) return kernel::make_single_source(std::make_unique<TakingReader>(typed.map));
  auto error = kernel::why_unreadable(typed.map.info());
  return fail(std::move(*error).advise(
      "--consume takes all elements out of it and saves them; `map restore` puts them back"));
}

}  // namespace

Result<std::string> saved_header(const TypedMap& typed, const MapOptions& options,
                                 SaveFacts facts) {
  Record header;
  header.add("bpfmaps", "map").add("version", 1).add("map", facts.shown.take());
  const kernel::MapInfo& info = typed.map.info();
  if (!options.raw && !typed.saved) {
    std::string told;
    const MapTypes types =
        TRY(find_map_types(info, options.types, [&](const std::string& why) { told = why; }));
    const bool any = types.key.id != 0 || types.value.id != 0;
    // What was told of them when the map was opened is not said again.
    if (!any && !told.empty() && (typed.key.is_typed() || typed.value.is_typed()))
      options.remark("saved without types: " + told);
    if (any) header.add("types", TRY(types_value(types)));
  }
  if (typed.inner) header.add("inner", TRY(inner_value(*typed.inner->first, options, facts)));
  if (typed.resolver)
    header.add("stands_for",
               Value::Members{{"of", typed.resolver->of_keys() ? "key" : "value"},
                              {"fields", layout::node_value(typed.resolver->layout().root())}});
  const layout::RowSpec spec = typed.row_spec();
  header.add("schema", layout::json_schema(spec, kLines, facts.title).take());
  if (!spec.cpus.empty()) header.add("cpus", output::list_of(spec.cpus));
  if (!facts.programs.empty()) {
    Value::List programs;
    for (const SavedProgram& program : facts.programs) programs.push_back(program_value(program));
    header.add("programs", std::move(programs));
  }
  utsname system{};
  if (uname(&system) == 0) header.add("kernel", system.release);
  std::string line;
  output::append_json(line, header, kLines);
  return line + "\n";
}

std::string saved_end(std::uint64_t entries) {
  return "{\"end\":{\"entries\":" + std::to_string(entries) + ",\"complete\":true}}\n";
}

Result<std::uint64_t> save(const TypedMap& typed, const layout::Query* query,
                           const std::string& header, bool take, output::Writer& out,
                           std::string& changed) {
  const auto source = TRY(source_of(typed, take));
  SavedRows rows(typed, header);
  DumpQuery asked;
  if (query != nullptr) asked.query = *query;
  TRY(stream(*source, typed, asked, rows, out, [](const std::string&) {}));
  TRY(tell_gap(typed, false, [](const std::string&) {}));
  changed = change_text(*source);
  out.write(saved_end(rows.count()));
  TRY(out.finish());
  return rows.count();
}

}  // namespace bpfmaps::entries
