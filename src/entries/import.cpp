// SPDX-License-Identifier: BSD-2-Clause
#include "entries/import.h"

#include <algorithm>
#include <cstring>

#include "base/number.h"
#include "base/text.h"
#include "entries/saved_header.h"
#include "kernel/map/prefix.h"
#include "layout/parse.h"

namespace bpfmaps::entries {
namespace {

using layout::Field;
using layout::Filler;
using layout::Json;

constexpr const char* kOperation = "import";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Import::Import(TextChunks& chunks, const TypedMap& typed, const ImportOptions& options)
    : chunks_(&chunks), typed_(&typed), options_(&options), spec_(typed.row_spec()) {
  json_ = std::make_shared<const layout::EntryJson>(spec_);
  is_plain_ = options.columns.empty() && options.key_words.empty() && options.value_words.empty() &&
              !options.merge;
}

Status Import::use_fixed() {
  key_.assign(json_->key_size(), 0);
  value_.assign(spec_.value->root().size, 0);
  if (!options_->key_words.empty() && spec_.key == nullptr)
    return fail(Error::usage("--key: the map has no keys"));
  const auto use = [](const char* option, const layout::Layout& layout, std::string_view name,
                      const std::vector<std::string>& words, std::vector<unsigned char>& bytes) {
    Status done;
    if (!words.empty()) done = layout::parse(layout, {name, words}, bytes);
    if (!done) done.error().context.insert(0, std::string(option) + ": ");
    return done;
  };
  if (spec_.key != nullptr) TRY(use("--key", *spec_.key, "key", options_->key_words, key_));
  return use("--value", *spec_.value, "value", options_->value_words, value_);
}

Result<Import::ColumnOf> Import::column_of(std::string_view name) const {
  for (const auto& [field, column] : options_->columns)
    if (column == name) return ColumnOf{.field = TRY(layout::find_field(spec_, field))};
  if (name == "cpu" && !spec_.cpus.empty()) return ColumnOf{.field = {}, .is_cpu = true};
  auto found = layout::find_field(spec_, name);
  if (found) return ColumnOf{.field = *std::move(found)};
  if (!options_->columns.empty()) return ColumnOf();
  if (!found.error().hint.empty()) found.error().hint += " ";
  found.error().hint += "--columns FIELD=" + std::string(name) + " says which field it is";
  return fail(std::move(found).error());
}

// One key to a line, with nothing that names it.
bool Import::is_list(std::string_view first) const {
  if (spec_.key == nullptr || !options_->columns.empty()) return false;
  if (!spec_.key->root().is_leaf() || options_->value_words.empty()) return false;
  return first.find(',') == first.npos && !column_of(trimmed(first));
}

Status Import::use_heading(std::string_view heading) {
  for (const std::string& name : TRY(split_csv(heading))) {
    ColumnOf column = TRY(column_of(trimmed(name)));
    if (column.field)
      for (const ColumnOf& other : columns_)
        if (other.field && other.field->ref().path == column.field->ref().path)
          return fail(Error::usage("two columns are `" + column.field->ref().path + "`"));
    if (!column.field && !column.is_cpu)
      remark_ += (remark_.empty() ? "columns that are left out: " : ", ") + name;
    columns_.push_back(std::move(column));
  }
  for (const auto& [field, name] : options_->columns)
    if (std::ranges::none_of(columns_,
                             [&](const ColumnOf& one) { return one.field.has_value(); }) ||
        std::string_view(heading).find(name) == std::string_view::npos)
      return fail(Error::usage("--columns: there is no column `" + name + "`"));
  const bool has_key = std::ranges::any_of(
      columns_, [](const ColumnOf& one) { return one.field && one.field->of_key; });
  if (has_key || spec_.key == nullptr || !options_->key_words.empty()) return {};
  return fail(Error::usage("no column is a field of the key",
                           "--columns FIELD=COLUMN says which column is which field"));
}

Result<Import> Import::start(TextChunks& chunks, const TypedMap& typed,
                             const ImportOptions& options, bool eager) {
  Import made(chunks, typed, options);
  TRY(made.use_fixed());
  const std::string start(TRY(chunks.peek(64)));
  const std::string_view text = trimmed(start);
  bool is_quoted_heading = false;
  if (text.starts_with('"')) {
    const std::string_view more = TRY(chunks.peek(4096));
    const auto cells = split_csv(more.substr(0, more.find('\n')));
    is_quoted_heading = cells && (cells->size() > 1 || made.column_of((*cells)[0]));
  }
  const auto at_line_1 = [&](Status status) {
    if (!status && status.error().kind == Kind::usage)
      status.error().context =
          chunks.subject() + ": line 1: " + with_short_quotes(std::move(status.error().context));
    return status;
  };
  if (is_saved_header(start)) {
    made.format_ = Format::saved;
    const std::string line = TRY(chunks.take_first(TextChunks::Unit::line));
    TRY(read_saved_header(line, chunks.subject()));
    chunks.set(TextChunks::Unit::line, eager);
  } else if (text.starts_with('{') || text.starts_with('[') || text.empty() ||
             (text.starts_with('"') && !is_quoted_heading)) {
    // JSON lines are the usual case, and the fast one: a whole object on the first line tells.
    std::size_t wanted = 4096;
    std::string_view more = TRY(chunks.peek(wanted));
    while (more.find('\n') == more.npos && more.size() >= wanted && wanted < (64u << 20)) {
      wanted *= 4;
      more = TRY(chunks.peek(wanted));
    }
    const std::string_view line = trimmed(more.substr(0, more.find('\n')));
    const bool lines = line.starts_with('{') && line.ends_with('}');
    chunks.set(lines ? TextChunks::Unit::line : TextChunks::Unit::value, eager);
  } else {
    std::string_view more = TRY(chunks.peek(4096));
    const std::string_view line = more.substr(0, more.find('\n'));
    if (line.starts_with('#') || made.is_list(line)) {
      made.format_ = Format::list;
      chunks.set(TextChunks::Unit::line, eager);
    } else {
      made.format_ = Format::csv;
      const std::string heading = TRY(chunks.take_first(TextChunks::Unit::row));
      TRY(at_line_1(made.use_heading(heading)));
      chunks.set(TextChunks::Unit::row, eager);
      // An entry is the rows of its CPUs, and a chunk may end between them.
      if (std::ranges::any_of(made.columns_, &ColumnOf::is_cpu)) chunks.keep_together();
    }
  }
  return made;
}

void Import::prefill(EntryBlock& block, std::size_t at) const {
  if (!key_.empty()) std::memcpy(block.key(at), key_.data(), key_.size());
  std::memcpy(block.value(at), value_.data(), value_.size());
}

// The value of the first CPU is that of every one.
void Import::spread(EntryBlock& block, std::size_t at) const {
  for (std::size_t i = 1; i < spec_.cpus.size(); ++i)
    std::memcpy(block.value(at) + i * spec_.slot, block.value(at), spec_.value->root().size);
}

// The value that the map has for the key, where it has one.
Status Import::keep_old(EntryBlock& block, std::size_t at) const {
  const Status found = kernel::lookup_exact(typed_->map, block.key(at), block.value(at));
  if (found || found.error().kind == Kind::not_found) return {};
  return found;
}

Status Import::fill(EntryBlock& block, std::size_t at,
                    const std::vector<std::pair<const Field*, const Json*>>& members) const {
  std::span<unsigned char> key(block.key(at), json_->key_size());
  if (spec_.key != nullptr) {
    Filler filler(*spec_.key, "key", key);
    for (const auto& [field, json] : members)
      if (field->of_key) TRY(filler.put(field->ref(), *json));
    TRY(filler.finish());
  }
  if (options_->merge) TRY(keep_old(block, at));
  const std::size_t size = spec_.value->root().size;
  for (std::size_t i = 0; i < std::max<std::size_t>(spec_.cpus.size(), 1); ++i) {
    Filler filler(*spec_.value, "value", {block.value(at) + i * spec_.slot, size});
    for (const auto& [field, json] : members)
      if (!field->of_key) TRY(filler.put(field->ref(), *json));
    TRY(filler.finish());
  }
  return {};
}

// An object whose members are fields, under their own names or those of --columns.
Status Import::read_members(const Json& entry, EntryBlock& block, std::size_t at) const {
  std::vector<ColumnOf> columns;
  std::vector<const Json*> given;
  for (const Json& member : entry.children) {
    ColumnOf column = TRY(column_of(member.name));
    if (!column.field) continue;
    columns.push_back(std::move(column));
    given.push_back(&member);
  }
  std::vector<std::pair<const Field*, const Json*>> members;
  bool has_key = spec_.key == nullptr || !options_->key_words.empty();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    members.emplace_back(&*columns[i].field, given[i]);
    has_key = has_key || columns[i].field->of_key;
  }
  if (!has_key) return fail(Error::usage("the entry has no field of the key"));
  return fill(block, at, members);
}

Status Import::read_json(std::string_view unit, EntryBlock& block) const {
  block.add();
  const std::size_t at = block.count() - 1u;
  if (is_plain_) return json_->read(unit, block.key(at), block.value(at));
  prefill(block, at);
  spread(block, at);
  const Json entry = TRY(layout::read_json(unit, "the entry"));
  const Json *key = entry.member("key"), *value = entry.member("value"),
             *values = entry.member("values");
  if (entry.is_scalar() && spec_.key != nullptr) {
    const Field whole{{{&spec_.key->root(), 0, "key"}}, true};
    return fill(block, at, {{&whole, &entry}});
  }
  if (entry.is != Json::Is::object || !options_->columns.empty() ||
      (key == nullptr && value == nullptr && values == nullptr))
    return read_members(entry, block, at);
  const bool whole = entry.member("bytes") != nullptr || values != nullptr;
  if (whole) return json_->read_tree(entry, block.key(at), block.value(at));
  const Field of_key{{{spec_.key == nullptr ? nullptr : &spec_.key->root(), 0, "key"}}, true};
  const Field of_value{{{&spec_.value->root(), 0, "value"}}, false};
  std::vector<std::pair<const Field*, const Json*>> members;
  if (key != nullptr && spec_.key != nullptr) members.emplace_back(&of_key, key);
  if (value != nullptr) members.emplace_back(&of_value, value);
  if (key == nullptr && spec_.key != nullptr && options_->key_words.empty())
    return fail(Error::usage("the entry has no `key`"));
  if (value == nullptr && options_->value_words.empty() && !options_->merge)
    return fail(Error::usage("the entry has no `value`"));
  for (const Json& member : entry.children)
    if (&member != key && &member != value)
      return fail(Error::usage("an entry has no member `" + member.name + "`"));
  return fill(block, at, members);
}

Status Import::read_list(std::string_view unit, EntryBlock& block) const {
  const std::string_view word = trimmed(unit.substr(0, unit.find('#')));
  if (word.empty()) return {};
  block.add();
  const std::size_t at = block.count() - 1u;
  prefill(block, at);
  spread(block, at);
  if (!spec_.key->root().is_leaf())
    return fail(Error::usage("a key of several fields is no word",
                             "name the fields in a heading, as CSV has it"));
  Filler filler(*spec_.key, "key", {block.key(at), json_->key_size()});
  TRY(filler.put({&spec_.key->root(), 0, "key"}, word));
  TRY(filler.finish());
  return options_->merge ? keep_old(block, at) : Status();
}

Status Import::read_row(std::string_view unit, EntryBlock& block) const {
  if (trimmed(unit).empty()) return {};
  const std::vector<std::string> cells = TRY(split_csv(unit));
  if (cells.size() != columns_.size())
    return fail(Error::usage("the row has " + std::to_string(cells.size()) +
                             " cells, and the heading " + std::to_string(columns_.size())));
  block.add();
  std::size_t at = block.count() - 1u;
  prefill(block, at);
  std::optional<std::size_t> slot;
  if (spec_.key != nullptr) {
    Filler filler(*spec_.key, "key", {block.key(at), json_->key_size()});
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!columns_[i].field || !columns_[i].field->of_key) continue;
      const bool is_text = columns_[i].field->node().shape == layout::Shape::text;
      if (cells[i].empty() && !is_text)
        return fail(Error::usage("`" + columns_[i].field->ref().path + "` is empty"));
      TRY(filler.put(columns_[i].field->ref(), cells[i]));
    }
    TRY(filler.finish());
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!columns_[i].is_cpu) continue;
    const auto cpu = parse_u64(cells[i]);
    const auto found = cpu ? std::ranges::find(spec_.cpus, *cpu) : spec_.cpus.end();
    if (found == spec_.cpus.end())
      return fail(Error::usage("`" + cells[i] + "` is no CPU of this machine"));
    slot = static_cast<std::size_t>(found - spec_.cpus.begin());
    // Rows of one key that follow each other are one entry.
    if (at > 0 && std::memcmp(block.key(at), block.key(at - 1), block.key_size()) == 0) {
      block.drop_last();
      --at;
    }
  }
  if (options_->merge && !slot) TRY(keep_old(block, at));
  const std::size_t size = spec_.value->root().size;
  const std::size_t slots = slot ? 1 : std::max<std::size_t>(spec_.cpus.size(), 1);
  for (std::size_t i = 0; i < slots; ++i) {
    Filler filler(*spec_.value, "value", {block.value(at) + (slot ? *slot : i) * spec_.slot, size});
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (columns_[c].field && !columns_[c].field->of_key && !cells[c].empty())
        TRY(filler.put(columns_[c].field->ref(), cells[c]));
    TRY(filler.finish());
  }
  return {};
}

Status Import::read_unit(std::string_view unit, EntryBlock& block) const {
  switch (format_) {
    case Format::csv: return read_row(unit, block);
    case Format::list: return read_list(unit, block);
    case Format::json:
    case Format::saved: break;
  }
  if (unit.starts_with("{\"end\":") && format_ == Format::saved) {
    const auto end = TRY(read_saved_end(unit));
    const std::lock_guard lock(ending_->mutex);
    ending_->promised = end;
    return {};
  }
  if (trimmed(unit).empty()) return {};
  return read_json(unit, block);
}

Result<EntryBlock> Import::read(const TextChunk& chunk) const {
  EntryBlock block(json_->key_size(), json_->value_size());
  reserve_for(chunk, block);
  Status status;
  chunk.for_each([&](std::string_view unit) {
    status = read_unit(unit, block);
    if (status) return true;
    Error& error = status.error();
    if (error.kind == Kind::usage) error.kind = Kind::invalid;
    error.operation = kOperation;
    error.subject = chunks_->subject();
    error.context = "line " + std::to_string(chunk.line_of(unit)) + ": " +
                    with_short_quotes(std::move(error.context));
    error.hint = with_short_quotes(std::move(error.hint));
    return false;
  });
  TRY(std::move(status));
  const std::lock_guard lock(ending_->mutex);
  ending_->entries += block.count();
  return block;
}

Status Import::finish() const {
  if (format_ != Format::saved) return {};
  if (ending_->promised && *ending_->promised == ending_->entries) return {};
  return fail(Error::refused(Kind::incomplete, kOperation, chunks_->subject(),
                             "the saved map is not whole: its last line is missing"));
}

}  // namespace bpfmaps::entries
