// SPDX-License-Identifier: BSD-2-Clause
// What a piece of code writes through a Writer.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <string>

#include "base/fd.h"
#include "output/writer.h"

namespace bpfmaps::output {

/// The bytes that `print(Writer&)` leaves in a file.
template <class Print>
std::string printed(const Print& print) {
  const Fd file(memfd_create("printed", MFD_CLOEXEC));
  Writer out(file.get());
  print(out);
  EXPECT_TRUE(out.finish().has_value());
  std::string text(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  EXPECT_EQ(pread(file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return text;
}

}  // namespace bpfmaps::output
