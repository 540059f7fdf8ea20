// SPDX-License-Identifier: BSD-2-Clause
// EntryJson: an entry as JSON, whoever wrote it, turned into the bytes of its key and value. What
// dump prints goes by scan.h; everything else by parse.h, which says what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "layout/json_text.h"
#include "layout/rows.h"
#include "layout/scan.h"

namespace bpfmaps::layout {

/// Which bits of an entry were given. Empty where nobody wants to know.
struct Written {
  std::vector<unsigned char> key, value;
};

class EntryJson {
 public:
  /// Of entries of `spec`, whose layouts outlive it.
  explicit EntryJson(const RowSpec& spec) : spec_(spec), scan_(spec) {}

  /// Fills `key` and `value`, which are zeros, from one object: `key`, and `value` or the `values`
  /// of CPUs; a `value` alone is that of every CPU. What is printed beside them because it does not
  /// tell all bytes, in `bytes`, counts most. Errors are of Kind::usage and name the field.
  Status read(std::string_view row, unsigned char* key, unsigned char* value) const {
    if (scan_.is_usable() && scan_.run(row, key, value)) return {};
    return read_slowly(row, key, value);
  }

  /// The same for JSON that has been read; `value` may hold what fields that are not given shall
  /// keep. Where `written` is not null it tells which bits were given.
  Status read_tree(const Json& entry, unsigned char* key, unsigned char* value,
                   Written* written = nullptr) const;

  /// Bytes of a key and of a whole value.
  std::size_t key_size() const { return spec_.key == nullptr ? 0 : spec_.key->root().size; }
  std::size_t value_size() const {
    return spec_.cpus.empty() ? spec_.value->root().size : spec_.cpus.size() * spec_.slot;
  }
  const RowSpec& spec() const { return spec_; }

 private:
  Status read_slowly(std::string_view row, unsigned char* key, unsigned char* value) const;
  Status values(const Json& given, unsigned char* value) const;

  const RowSpec spec_;
  const Scan scan_;
};

}  // namespace bpfmaps::layout
