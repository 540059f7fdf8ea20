// SPDX-License-Identifier: BSD-2-Clause
// DATA: what was typed for a key or a value, turned into bytes by its Layout. Takes whatever
// rendering prints. Looks at no map: whoever calls it writes the bytes, or nothing on an error.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/encode.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

/// The typed words of one key or value. `name`, "key" or "value", starts the paths in errors.
struct Data {
  std::string_view name;
  std::span<const std::string> words;
};

/// Fills `bytes` (the size of the key or value; zeros, or what fields that are not given keep)
/// from one of
///
///   * one word for a type of one value: a number (decimal, 0x, signed), an enum's name, true or
///     false, text, an address, MAC, port or prefix;
///   * one word of JSON;
///   * FIELD=VALUE words, with paths such as `in[0].a` and values as above;
///   * `hex` and bytes in hex, or as many numbers from 0 to 255 as the type has bytes: what
///     bpftool takes. One word for a type of one value is never a byte but that value.
///
/// Text is what tables and --net show: `port=443` is port 443; a JSON number is what dump --json
/// prints without --net, the bytes in host order. The key of an LPM trie whose prefix length is not
/// given has that of all its fields. Errors are of Kind::usage and name the field
/// and its type; `bytes` may then be half filled. Where `given` is not null, its bits become those
/// of `bytes` that were filled.
Status parse(const Layout& layout, const Data& data, std::span<unsigned char> bytes,
             std::vector<unsigned char>* given = nullptr);

/// Fills the slots of CPUs from one word of JSON as dump prints it: [{"cpu":0,"value":...},...].
/// `slots` holds one slot for each of `cpus`, `slot` bytes apart. Returns how many were given;
/// one that is given twice or that is no possible CPU is an error.
Result<std::size_t> parse_values(const Layout& layout, const Data& data,
                                 std::span<const std::uint32_t> cpus, std::uint32_t slot,
                                 std::span<unsigned char> slots);

/// The same for JSON that has been read already.
struct Json;
Status parse_json(const Layout& layout, std::string_view name, const Json& given,
                  std::span<unsigned char> bytes, std::vector<unsigned char>* written = nullptr);
Result<std::size_t> parse_values(const Layout& layout, std::string_view name, const Json& given,
                                 std::span<const std::uint32_t> cpus, std::uint32_t slot,
                                 std::span<unsigned char> slots);

/// Fills one key or value field by field, from texts that each stand for one field: the columns of
/// a table, a list of them.
class Filler {
 public:
  /// `layout` outlives it, and so do `bytes`, which hold what fields that are not given shall keep.
  Filler(const Layout& layout, std::string_view name, std::span<unsigned char> bytes);
  ~Filler();
  /// `text` for a field of the layout: as parse() takes it in a word of one value, and JSON for an
  /// array or a record.
  Status put(const FieldRef& field, std::string_view text);
  Status put(const FieldRef& field, const Json& given);
  /// Once, when all fields are given.
  Status finish();
  /// The bits that were filled.
  std::span<const unsigned char> written() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bpfmaps::layout
