// SPDX-License-Identifier: BSD-2-Clause
// The two streams of text that each program has (Linux 6.17): what it writes with
// bpf_stream_printk(), and what the kernel has to say of it.
#pragma once

#include <string>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

enum class Stream : std::uint8_t { out = 1, err = 2 };

/// Takes what is in the stream: whoever reads first gets it. "" where there is nothing.
/// Kind::unsupported on a kernel without streams.
Result<std::string> take_stream(const Prog& prog, Stream stream);

}  // namespace bpfmaps::kernel
