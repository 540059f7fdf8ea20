// SPDX-License-Identifier: BSD-2-Clause
// ElfImage: the bytes of an object, wherever they come from. Nothing here looks into them.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace bpfmaps::object {

// Objects stay below 10 MiB, but a vmlinux, whose types are asked for, has near 400.
constexpr std::int64_t kLargestImage = 1 << 30;  ///< bytes

/// An ELF object in memory. Move-only, since the bytes may be its own.
class ElfImage {
 public:
  /// Bytes that outlive the image: a built-in.
  ElfImage(std::string name, Bytes contents) : name_(std::move(name)), contents_(contents) {}
  /// Bytes that the image keeps.
  ElfImage(std::string name, std::vector<std::byte> owned)
      : name_(std::move(name)), owned_(std::move(owned)), contents_(owned_) {}
  ElfImage(ElfImage&&) = default;
  ElfImage& operator=(ElfImage&&) = default;

  /// The path or the built-in's name, as it was asked for.
  const std::string& name() const { return name_; }
  Bytes contents() const { return contents_; }
  /// "counter" for "dir/counter.bpf.o": what libbpf names the maps of data sections after.
  std::string stem() const;

 private:
  std::string name_;
  std::vector<std::byte> owned_;  // a moved vector keeps its bytes where they are
  Bytes contents_;
};

/// The object that `word` names: a built-in where it is the name of one, else a file. A slash
/// makes it a file always ("./xdp_policy"). Only regular files of at most 1 GiB.
Result<ElfImage> open_image(const std::string& word);

}  // namespace bpfmaps::object
