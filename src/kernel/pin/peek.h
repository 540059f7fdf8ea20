// SPDX-License-Identifier: BSD-2-Clause
// PinPeek: which object a pin is of, with as few calls to the kernel as possible. For looking for
// objects only: between reading a directory and this, a pin can become another one or a symbolic
// link, which is followed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "kernel/handle.h"
#include "kernel/nouns.h"

namespace bpfmaps::kernel {

class PinPeek {
 public:
  /// Objects of other kinds are passed over.
  explicit PinPeek(Nouns wanted) : wanted_(wanted) {}

  enum class Saw : std::uint8_t { wanted, other, nothing };
  struct Answer {
    Saw saw;  ///< nothing: it could not be opened, or not told
    Noun noun = Noun::map;
    std::uint32_t id = 0;
  };
  /// Looks at `name` in `directory`, which may be O_PATH. Where `only` is set, objects with other
  /// ids are passed over, too.
  Answer look(int directory, const std::string& name, std::optional<std::uint32_t> only = {});

 private:
  Fd open(int directory, const std::string& name, std::uint32_t flags);
  std::optional<Noun> noun_of(int fd, std::uint32_t info_size);

  Nouns wanted_;
  std::optional<bool> takes_directories_;  // whether the kernel knows BPF_F_PATH_FD
  // How much the kernel tells of objects of a kind differs from that of other kinds: 0 for a free
  // place.
  std::array<std::pair<std::uint32_t, Noun>, 4> sizes_ = {};
};

}  // namespace bpfmaps::kernel
