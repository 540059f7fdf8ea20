// SPDX-License-Identifier: BSD-2-Clause
// What verbs on single entries share: the key and value that were typed, as bytes and in errors.
#pragma once

#include <vector>

#include "base/fd.h"
#include "cli/request.h"
#include "entries/typed_map.h"

namespace bpfmaps::commands {

using Bytes = std::vector<unsigned char>;

/// A key, and the descriptor that its bytes are the number of where keys are objects.
struct Key {
  Bytes bytes;
  Fd object = Fd();

  const unsigned char* data() const { return bytes.data(); }
};

/// What stands in the place of `key DATA` where entries lie in objects: local storage.
inline constexpr cli::Operand kProcess = {
    "pid", "PID", cli::Takes::number, cli::Count::optional,
    "in local storage: the process, or whose descriptor `fd` is"};
inline constexpr cli::Operand kDescriptor = {
    "fd", "N", cli::Takes::number, cli::Count::optional,
    "in local storage: the socket or file that has this descriptor"};
inline constexpr cli::Operand kCgroup = {"cgroup", "PATH", cli::Takes::cgroup, cli::Count::optional,
                                         "in local storage: the cgroup"};
/// Whether `request` names an entry, by its key or by the object that it lies in.
bool names_entry(const cli::Request& request);

/// The bytes of `key DATA`; for local storage a descriptor of the object that `pid`, `fd` or
/// `cgroup` name.
Result<Key> parse_key(const cli::Request& request, const entries::TypedMap& typed);

/// The bytes of `value DATA`, the same for every CPU of a per-CPU map, or of `values DATA`, one for
/// each. `value` has shape.size bytes: zeros, or what fields that are not given shall keep, which
/// `keeps` tells. Where `given` is not null and it was `value DATA`, its bits become those that
/// were given.
Status parse_value(const cli::Request& request, const entries::TypedMap& typed, Bytes& value,
                   bool keeps, Bytes* given = nullptr);

/// `error` of an operation on a map, with the map and the key (if one was given) as they were typed
/// and, where there is no such key, what keys there are.
Error about_entry(Error error, const cli::Request& request, const entries::TypedMap& typed);

}  // namespace bpfmaps::commands
