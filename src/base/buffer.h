// SPDX-License-Identifier: BSD-2-Clause
// Buffer: room for text that is written through a bare pointer. Reserve once for what a row can
// need at most, write without looking, commit the end: no check and no allocation a byte.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace bpfmaps {

class Buffer {
 public:
  /// A pointer to at least `size` writable bytes behind what is committed.
  char* reserve(std::size_t size) {
    if (capacity_ - size_ < size) grow(size);
    return data_.get() + size_;
  }
  /// Everything before `end`, which lies in what was reserved last, is text.
  void commit(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }
  void append(std::string_view text);

  std::size_t size() const { return size_; }
  void clear() { size_ = 0; }
  std::string_view text() const { return {data_.get(), size_}; }
  char* data() { return data_.get(); }

 private:
  void grow(std::size_t size);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace bpfmaps
