// SPDX-License-Identifier: BSD-2-Clause
// Importing: lists, JSON and CSV, whoever wrote them, as entries of a map. All of a text is read
// and checked before anything is written, unless it has no end. Errors name the line and the field.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "entries/entry_block.h"
#include "entries/parse_chunks.h"
#include "entries/text_chunks.h"
#include "entries/typed_map.h"
#include "layout/entry_json.h"
#include "layout/fields.h"

namespace bpfmaps::entries {

struct ImportOptions {
  /// A field, and what its column or member is called in the text.
  std::vector<std::pair<std::string, std::string>> columns = {};
  std::vector<std::string> key_words = {}, value_words = {};  ///< fields that are the same for all
  bool merge = false;  ///< fields that are not given keep what the map has
};

/// How the text of one file is read; found out by looking at its start.
class Import {
 public:
  /// Both outlive it. Reads the first line of `chunks` where that says what the others are: the
  /// heading of CSV, the first line of a saved map. Kind::usage where options make no sense.
  static Result<Import> start(TextChunks& chunks, const TypedMap& typed,
                              const ImportOptions& options, bool eager);

  /// The entries of one chunk; Kind::invalid with the line for one that is wrong. Threads may call
  /// it at once.
  Result<EntryBlock> read(const TextChunk& chunk) const;
  /// Once, behind the last chunk: Kind::incomplete where the text says that it is not whole.
  Status finish() const;
  const std::string& remark() const { return remark_; }

 private:
  enum class Format : std::uint8_t { json, saved, csv, list };
  struct ColumnOf {
    std::optional<layout::Field> field;  // none: left out
    bool is_cpu = false;
  };

  Import(TextChunks& chunks, const TypedMap& typed, const ImportOptions& options);
  Status use_fixed();
  Status use_heading(std::string_view heading);
  Result<ColumnOf> column_of(std::string_view name) const;
  bool is_list(std::string_view first) const;
  Status read_unit(std::string_view unit, EntryBlock& block) const;
  Status read_json(std::string_view unit, EntryBlock& block) const;
  Status read_row(std::string_view unit, EntryBlock& block) const;
  Status read_list(std::string_view unit, EntryBlock& block) const;
  Status read_members(const layout::Json& entry, EntryBlock& block, std::size_t at) const;
  Status keep_old(EntryBlock& block, std::size_t at) const;
  Status fill(
      EntryBlock& block, std::size_t at,
      const std::vector<std::pair<const layout::Field*, const layout::Json*>>& members) const;
  void prefill(EntryBlock& block, std::size_t at) const;
  void spread(EntryBlock& block, std::size_t at) const;

  TextChunks* chunks_;
  const TypedMap* typed_;
  const ImportOptions* options_;
  layout::RowSpec spec_;
  std::shared_ptr<const layout::EntryJson> json_;
  Format format_ = Format::json;
  bool is_plain_ = true;  // entries are all there is: nothing is fixed, merged or renamed
  std::vector<unsigned char> key_, value_;  // what is fixed
  std::vector<ColumnOf> columns_;
  std::string remark_;
  struct Ending {
    std::mutex mutex;
    std::optional<std::uint64_t> promised;
    std::uint64_t entries = 0;
  };
  std::unique_ptr<Ending> ending_ = std::make_unique<Ending>();
};

/// The cells of one row of CSV (RFC 4180). Kind::usage where a quote is not closed, or something
/// stands behind one.
Result<std::vector<std::string>> split_csv(std::string_view row);

}  // namespace bpfmaps::entries
