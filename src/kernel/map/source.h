// SPDX-License-Identifier: BSD-2-Clause
// Source: a map's entries in parts that several threads read at once. Together the parts hold every
// entry once, in one order that does not depend on how many threads read them.
#pragma once

#include <cstdint>
#include <memory>

#include "kernel/map/reader.h"

namespace bpfmaps::kernel {

/// Entries and their place in the order of parts. `end` instead of entries when no part is left.
struct Part {
  std::uint64_t order = 0;
  Entries entries;  ///< may be none although more parts follow
  bool end = false;
};

/// One thread's way to read; owns the buffers that its parts lie in.
class PartReader {
 public:
  virtual ~PartReader() = default;
  /// Takes the next part that no reader of the source has taken and reads it. Valid until the next
  /// call. After an error every reader of the source ends.
  virtual Result<Part> next() = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  /// How many readers it can feed; 1 for what cannot be divided and what is too small to pay.
  virtual unsigned most_readers() const = 0;
  /// Another reader, for another thread. The source must outlive it.
  virtual std::unique_ptr<PartReader> reader() = 0;
  /// Reader::restarts() of all that was read.
  virtual std::uint64_t restarts() const { return 0; }
};

/// Any reader, as a source for one thread.
std::unique_ptr<Source> make_single_source(std::unique_ptr<Reader> reader);

/// The fastest source of all entries of `map`, which must outlive it. The first chunk has been
/// read when it returns, so what can be refused is refused here.
Result<std::unique_ptr<Source>> open_source(const Map& map, ReadRate rate = ReadRate::fast);

}  // namespace bpfmaps::kernel
