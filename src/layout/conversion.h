// SPDX-License-Identifier: BSD-2-Clause
// Conversion: values of one layout as values of another, field by field, by name. Made once, where
// all that can be said beforehand is said; then run on bytes. Knows no map and no BTF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

/// What the user says of fields that differ. Paths are "value.packets", "key.id", or without the
/// part before the first point where key and value do not both have such a field.
struct ConversionOptions {
  std::vector<std::pair<std::string, std::string>> defaults = {};  ///< new field, its text
  std::vector<std::string> drops = {};                             ///< old fields to leave behind
  std::vector<std::pair<std::string, std::string>> renames = {};   ///< old field, new field
  bool is_empty() const { return defaults.empty() && drops.empty() && renames.empty(); }
};

class Conversion {
 public:
  /// From values of `from` to values of `to`; both outlive it. `name`, "key" or "value", starts
  /// the paths in errors. Fields go by name; integers and enums may have other sizes, the values of
  /// enums go by their names, arrays may be longer. A field of `from` that `to` does not have is an
  /// error of Kind::invalid unless `options` drop it; so is one of another sort. Where either has
  /// no types, both must be of the same size, and bytes are copied.
  static Result<Conversion> make(const Layout& from, const Layout& to, std::string_view name,
                                 const ConversionOptions& options = {});

  /// True where bytes are copied as they are.
  bool is_copy() const { return is_copy_; }
  /// Fields of `to` that `from` does not have: they are zero, or what `defaults` say.
  const std::vector<std::string>& added() const { return added_; }
  /// Those of `options` that named a field of these layouts: "default value.x", for who has to tell
  /// that one named none.
  const std::vector<std::string>& used() const { return used_; }

  /// Writes all bytes of `to`. Kind::invalid where a value does not fit; the error names the field.
  Status run(const unsigned char* from, unsigned char* to) const;

 private:
  friend class ConversionBuilder;
  enum class How : std::uint8_t {
    copy,
    zero,  // nothing is written; what stands there must be zeros
    integer,
    wide,
    enumeration,
    floating,
    text,
  };
  struct Step {
    How how = How::copy;
    std::size_t from_offset = 0, to_offset = 0, size = 0;  // bytes; `size` of a copy and of zeros
    const Node* from = nullptr;
    const Node* to = nullptr;
    std::string path = {};
  };
  Status step(const Step& step, const unsigned char* from, unsigned char* to) const;

  const Layout* from_ = nullptr;
  const Layout* to_ = nullptr;
  bool is_copy_ = false;
  std::vector<Step> steps_;
  std::vector<unsigned char> blank_;  // zeros and defaults
  std::vector<std::string> added_, used_;
};

/// "a number (__u32)": what a field is, for errors.
std::string described(const Node& node);

/// Stores the low bits of `value` as the integer, boolean, enumeration or pointer `node`, of which
/// `bytes` is the start; the inverse of load_bits(). False, and nothing written, where it does not
/// fit: `value` is sign-extended where `is_signed`.
bool store_bits(const Node& node, std::uint64_t value, bool is_signed, unsigned char* bytes);

}  // namespace bpfmaps::layout
