// SPDX-License-Identifier: BSD-2-Clause
#include "entries/saved_header.h"

#include <algorithm>

#include "base/base64.h"
#include "base/error_pointer.h"
#include "base/number.h"
#include "kernel/btf_check.h"
#include "kernel/names.h"
#include "layout/encode.h"
#include "layout/json_text.h"
#include "layout/node_json.h"

namespace bpfmaps::entries {
namespace {

using layout::Json;

constexpr std::string_view kStart = "{\"bpfmaps\":\"map\"";
constexpr std::size_t kMostLevels = 512;  // of a schema of deep types
constexpr std::uint32_t kMostSize = 1u << 30;
constexpr std::size_t kMostCpus = 1 << 16;

output::Value value_of(const Json& json) {
  switch (json.is) {
    case Json::Is::null: return {};
    case Json::Is::boolean: return json.text == "true";
    case Json::Is::string: return json.text;
    case Json::Is::number:
      if (const auto whole = parse_u64(json.text)) {
        if (*whole <= UINT32_MAX) return static_cast<std::uint32_t>(*whole);
        return *whole;
      }
      return parse_double(json.text).value_or(0);
    case Json::Is::array: {
      output::Value::List list;
      for (const Json& one : json.children) list.push_back(value_of(one));
      return list;
    }
    case Json::Is::object: {
      output::Value::Members members;
      for (const Json& one : json.children) members.push_back({one.name, value_of(one)});
      return members;
    }
  }
  return {};
}

class HeaderReader {
 public:
  HeaderReader(const Json& line, std::string subject) : line_(line), subject_(std::move(subject)) {}

  Result<SavedHeader> run() {
    const Json& map = TRY(member(line_, "map", Json::Is::object)).get();
    TRY(info(map));
    for (const Json& one : map.children) made_.map.shown.add(one.name, value_of(one));
    if (const Json* types = line_.member("types")) TRY(this->types(*types));
    if (const Json* stands = line_.member("stands_for")) TRY(stands_for(*stands));
    if (const Json* within = line_.member("inner")) TRY(inner(*within));
    if (const Json* cpus = line_.member("cpus"))
      for (const Json& cpu : cpus->children) made_.map.cpus.push_back(TRY(number(cpu)));
    if (made_.map.cpus.size() > kMostCpus) return fail(wrong("cpus"));
    if (const Json* programs = line_.member("programs"))
      for (const Json& one : programs->children) made_.map.programs.push_back(TRY(program(one)));
    if (const Json* kernel = line_.member("kernel")) made_.map.kernel = kernel->text;
    return std::move(made_);
  }

 private:
  Error wrong(std::string_view what) const {
    return Error::refused(Kind::invalid, "read a saved map", subject_,
                          "line 1: `" + std::string(what) + "` makes no sense");
  }

  Result<std::reference_wrapper<const Json>> member(const Json& of, std::string_view name,
                                                    Json::Is is) const {
    const Json* found = of.member(name);
    if (found == nullptr || found->is != is) return fail(wrong(name));
    return std::cref(*found);
  }

  Result<std::uint32_t> number(const Json& given) const {
    const auto value = parse_u64(given.text);
    if (given.is != Json::Is::number || !value || *value > UINT32_MAX)
      return fail(wrong(given.name));
    return static_cast<std::uint32_t>(*value);
  }
  Result<std::uint32_t> number(const Json& of, std::string_view name) const {
    const Json* found = of.member(name);
    if (found == nullptr) return fail(wrong(name));
    return number(*found);
  }

  Status info(const Json& map) {
    kernel::MapInfo& info = made_.map.info;
    const std::string& type = TRY(member(map, "type", Json::Is::string)).get().text;
    const int known = kernel::map_type_from_name(type);
    const auto by_number =
        type.starts_with("type ") ? parse_u64(std::string_view(type).substr(5)) : std::nullopt;
    if (known < 0 && !by_number) return fail(wrong("type"));
    info.type =
        known >= 0 ? static_cast<std::uint32_t>(known) : static_cast<std::uint32_t>(*by_number);
    info.id = TRY(number(map, "id"));
    info.flags = TRY(number(map, "flags"));
    info.key_size = TRY(number(map, "bytes_key"));
    info.value_size = TRY(number(map, "bytes_value"));
    info.max_entries = TRY(number(map, "max_entries"));
    if (info.key_size > kMostSize || info.value_size > kMostSize) return fail(wrong("bytes_value"));
    if (const Json* name = map.member("name")) info.name = name->text;
    if (const Json* extra = map.member("map_extra"))
      info.extra = parse_u64(extra->text).value_or(0);
    if (const Json* frozen = map.member("frozen")) made_.map.frozen = frozen->text == "true";
    if (const Json* pinned = map.member("pinned"))
      for (const Json& path : pinned->children) made_.map.pinned.push_back(path.text);
    return {};
  }

  Status types(const Json& types) {
    const auto bytes = from_base64(TRY(member(types, "btf", Json::Is::string)).get().text);
    if (!bytes) return fail(wrong("btf"));
    kernel::MapInfo& info = made_.map.info;
    info.btf_key_type_id = TRY(number(types, "key"));
    info.btf_value_type_id = TRY(number(types, "value"));
    TRY(kernel::check_btf(std::as_bytes(std::span(*bytes)), subject_ + ": types"));
    made_.map.types.reset(unless_error(btf__new(bytes->data(), static_cast<__u32>(bytes->size()))));
    if (!made_.map.types) return fail(wrong("btf"));
    return {};
  }

  Status stands_for(const Json& given) {
    const Json& fields = TRY(member(given, "fields", Json::Is::object)).get();
    auto node = layout::read_node(fields);
    if (!node) return fail(wrong("stands_for"));
    made_.stands_for.emplace(*std::move(node), nullptr);
    made_.of_key = TRY(member(given, "of", Json::Is::string)).get().text == "key";
    return {};
  }

  Status inner(const Json& given) {
    SavedHeader header = TRY(HeaderReader(given, subject_).run());
    made_.map.inner = std::make_unique<SavedMap>(std::move(header.map));
    const Json& maps = TRY(member(given, "maps", Json::Is::array)).get();
    for (const Json& map : maps.children) {
      SavedInner one{.id = TRY(number(map, "id")), .key = {}, .name = {}};
      one.max_entries = TRY(number(map, "max_entries"));
      one.name = TRY(member(map, "name", Json::Is::string)).get().text;
      one.key.resize(made_.map.info.key_size);
      const std::string& key = TRY(member(map, "key", Json::Is::string)).get().text;
      if (!layout::read_hex_bytes(key, one.key.data(), one.key.size())) return fail(wrong("key"));
      made_.map.inner_maps.push_back(std::move(one));
    }
    return {};
  }

  Result<SavedProgram> program(const Json& given) const {
    SavedProgram made{.id = TRY(number(given, "id")),
                      .name = TRY(member(given, "name", Json::Is::string)).get().text,
                      .tag = TRY(member(given, "tag", Json::Is::string)).get().text};
    if (const Json* pinned = given.member("pinned"))
      for (const Json& path : pinned->children) made.pinned.push_back(path.text);
    return made;
  }

  const Json& line_;
  const std::string subject_;
  SavedHeader made_;
};

}  // namespace

bool is_saved_header(std::string_view line) { return line.starts_with(kStart); }

Result<SavedHeader> read_saved_header(std::string_view line, const std::string& subject) {
  const auto refuse = [&subject](Kind kind, std::string why, std::string hint = {}) {
    return fail(Error::refused(kind, "read a saved map", subject, std::move(why), std::move(hint)));
  };
  if (!is_saved_header(line))
    return refuse(Kind::invalid, "it is no saved map", "`bpfmaps map save` makes one");
  auto read = layout::read_json(line, "line 1", kMostLevels);
  if (!read) return refuse(Kind::invalid, read.error().context);
  const layout::Json* version = read->member("version");
  if (version == nullptr || version->text != "1")
    return refuse(Kind::unsupported,
                  "it is of version " + (version == nullptr ? "?" : version->text) +
                      ", and this bpfmaps reads version 1",
                  "a newer bpfmaps reads it");
  return HeaderReader(*read, subject).run();
}

Result<std::optional<std::uint64_t>> read_saved_end(std::string_view line) {
  if (!line.starts_with("{\"end\":")) return std::nullopt;
  const auto read = TRY(layout::read_json(line, "the last line"));
  const layout::Json* end = read.member("end");
  const layout::Json* entries = end == nullptr ? nullptr : end->member("entries");
  const layout::Json* complete = end == nullptr ? nullptr : end->member("complete");
  const auto count = entries == nullptr ? std::nullopt : parse_u64(entries->text);
  if (!count || complete == nullptr || complete->text != "true")
    return fail(Error::usage("the last line makes no sense"));
  return count;
}

}  // namespace bpfmaps::entries
