// SPDX-License-Identifier: BSD-2-Clause
// Iterators: programs that run once for each object of a kind and print, when they are read.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// The link that makes `prog` an iterator: over the entries of `over`, which may be null where the
/// program asks for no map. Kind::invalid where it is no iterator, or wants a map.
Result<Link> make_iterator(const Prog& prog, const Map* over);

/// Runs the iterator once and hands over what it prints, piece by piece. Kind::invalid where the
/// link is none of an iterator; an error of the run itself leaves the answer cut off.
Status read_iterator(const Link& link, const std::string& subject,
                     const std::function<void(std::string_view)>& print);

}  // namespace bpfmaps::kernel
