// SPDX-License-Identifier: BSD-2-Clause
// PinIndex: the paths under which objects are pinned, found by opening as few pins as need be.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/handle.h"
#include "kernel/nouns.h"
#include "kernel/pin/walker.h"

namespace bpfmaps::kernel {

class PinIndex {
 public:
  /// Those of one object; none where it has no pin, or none that could be found.
  const std::vector<std::string>& of(Noun noun, std::uint32_t id) const;
  /// Calls `visit` with the noun and id of each object, and its paths.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const auto& [object, paths] : paths_) visit(object.first, object.second, paths);
  }
  /// Why there may be more of them: the first pin or directory that could not be opened, or that
  /// not all were.
  const std::optional<Error>& gap() const { return gap_; }
  /// Nothing was looked for.
  bool is_left_out() const { return is_left_out_; }

  /// An index that was not made, for those who ask for none.
  static PinIndex left_out();

  void add(Noun noun, std::uint32_t id, std::string path) {
    paths_[{noun, id}].push_back(std::move(path));
  }
  void add(const PinEntry& entry);
  void note(Error error) {
    if (!gap_) gap_ = std::move(error);
  }
  /// Those of each object in the order of their bytes.
  void sort();

 private:
  std::map<std::pair<Noun, std::uint32_t>, std::vector<std::string>> paths_;
  std::optional<Error> gap_;
  bool is_left_out_ = false;
};

/// Every pin of objects of these kinds in every bpffs that can be reached.
PinIndex all_pins(Nouns nouns = kAllNouns);

/// One object, and where its pins are likely to be.
struct PinSearch {
  Noun noun = Noun::map;
  std::uint32_t id = 0;
  std::string name = {};  ///< as the kernel has it: pins mostly bear it
  std::string path = {};  ///< a path that leads to one; "" where none is known
  bool all = false;       ///< however many pins there are
};

/// The pins of one object. Unless `all` of them are asked for, this takes no longer than finding
/// one: those named like the object or like the pin that is known are opened first, and at most 12
/// others; where pins are left, the gap says how to look at all.
PinIndex pins_of(const PinSearch& search);

}  // namespace bpfmaps::kernel
