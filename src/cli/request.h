// SPDX-License-Identifier: BSD-2-Clause
// Request: what was typed, checked against the command table and against nothing else.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/operand_id.h"

namespace bpfmaps::cli {

/// How an object of the kernel is named on the command line.
struct Selector {
  enum class By : std::uint8_t { id, pinned, name, tag, any };
  By by = By::pinned;
  std::string text;      ///< "any" with By::any, the path, name, tag, or the id as it was typed
  std::uint32_t id = 0;  ///< with By::id

  /// "id 7", "name stats", "/sys/fs/bpf/x": as an error's subject shows it.
  std::string describe() const;
};

/// One operand that was given.
struct Given {
  const Operand* operand = nullptr;
  std::vector<std::string> words = {};  ///< words of `data`, or the one word
  Selector selector = {};               ///< with Takes::map, prog, link (first or second word)
  std::string noun = {};                ///< with Takes::any: "map", "prog" or "link"
  /// Of the file that stands in the place of data, once somebody has read it.
  std::optional<std::string> content = {};
};

/// A command line that the grammar allows. Owns its strings.
class Request {
 public:
  const Command* command = nullptr;  ///< null with `special` where no verb was named
  std::string_view object;           ///< the object that was named, or ""
  enum class Special : std::uint8_t { none, help, version } special = Special::none;
  std::vector<Given> given;

  bool has(Option option) const { return set_[index(option)]; }
  /// What followed the option; "" when it was not given.
  const std::string& value(Option option) const;
  void set(Option option, std::string value);

  /// The first one given of `operand`.
  const Given* find(OperandId operand) const;
  std::vector<const Given*> all(OperandId operand) const;
  /// The word given of `operand`, or `otherwise`.
  std::string_view word(OperandId operand, std::string_view otherwise = {}) const;
  /// The selector of an operand that the grammar requires.
  const Selector& selector(OperandId operand) const;
  /// The number given of `operand`, or `otherwise`; the parser has checked that it is one.
  std::uint64_t number(OperandId operand, std::uint64_t otherwise) const;

 private:
  static std::size_t index(Option option) { return static_cast<std::size_t>(option); }
  // A batch keeps thousands of requests, and each has few options.
  std::bitset<static_cast<std::size_t>(Option::last_)> set_;
  std::vector<std::pair<Option, std::string>> values_;
};

}  // namespace bpfmaps::cli
