// SPDX-License-Identifier: BSD-2-Clause
// Resolvers: put what ids and addresses stand for beside them, where the kernel hands those out in
// the place of descriptors. What comes out is entries with a layout like all others, so that every
// form, filter and order works on them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/entries.h"
#include "kernel/handle.h"
#include "kernel/map/reader.h"
#include "layout/layout.h"

namespace bpfmaps::entries {

class Resolver {
 public:
  virtual ~Resolver() = default;

  /// Whether it is keys that it resolves, or values.
  bool of_keys() const { return of_keys_; }
  const layout::Layout& layout() const { return layout_; }
  /// `entries` with resolved keys or values; valid until the next call.
  Entries resolve(Entries entries);
  /// What could not be looked up, and so is "" or 0 although there may be something: the first
  /// reason. Nothing where all was told.
  const std::optional<Error>& gap() const { return gap_; }

 protected:
  enum class Side : std::uint8_t { keys, values };
  Resolver(Side side, layout::Node node)
      : of_keys_(side == Side::keys), layout_(std::move(node), nullptr) {}
  /// Writes one resolved value to `to`, where there are layout().root().size zeros.
  virtual void fill(const unsigned char* from, unsigned char* to) = 0;
  /// For fill(): what became of looking something up. What is no more is no gap.
  void note(const Error& error) {
    if (!gap_ && error.kind != Kind::not_found) gap_ = error;
  }

 private:
  bool of_keys_;
  layout::Layout layout_;
  std::vector<unsigned char> resolved_;
  std::optional<Error> gap_;
};

/// The resolver for entries of that map; null where they speak for themselves.
std::unique_ptr<Resolver> make_resolver(const kernel::MapInfo& info);

/// Implemented by what entries hold; make_resolver() chooses.
std::unique_ptr<Resolver> make_id_resolver(const kernel::MapInfo& info);
std::unique_ptr<Resolver> make_cgroup_resolver(const kernel::MapInfo& info);
std::unique_ptr<Resolver> make_stack_resolver(const kernel::MapInfo& info);

/// `reader` with its entries resolved. `resolver` must outlive it.
std::unique_ptr<kernel::Reader> resolved(std::unique_ptr<kernel::Reader> reader,
                                         Resolver& resolver);

}  // namespace bpfmaps::entries
