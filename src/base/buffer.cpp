// SPDX-License-Identifier: BSD-2-Clause
#include "base/buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace bpfmaps {

void Buffer::append(std::string_view text) {
  if (text.empty()) return;  // memcpy takes no null pointer, not even for no bytes
  char* to = reserve(text.size());
  std::memcpy(to, text.data(), text.size());
  commit(to + text.size());
}

void Buffer::grow(std::size_t size) {
  const std::size_t capacity = std::max(size_ + size, capacity_ + capacity_ / 2);
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace bpfmaps
