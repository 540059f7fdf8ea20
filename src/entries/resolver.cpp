// SPDX-License-Identifier: BSD-2-Clause
#include "entries/resolver.h"

#include "kernel/map/map_kind.h"

namespace bpfmaps::entries {
namespace {

class ResolvedReader final : public kernel::Reader {
 public:
  ResolvedReader(std::unique_ptr<kernel::Reader> reader, Resolver& resolver)
      : reader_(std::move(reader)), resolver_(resolver) {}

  Result<Entries> next() override { return resolver_.resolve(TRY(reader_->next())); }
  std::uint64_t restarts() const override { return reader_->restarts(); }

 private:
  std::unique_ptr<kernel::Reader> reader_;
  Resolver& resolver_;
};

}  // namespace

Entries Resolver::resolve(Entries entries) {
  const std::size_t size = layout_.root().size;
  resolved_.assign(size * entries.count, 0);
  for (std::size_t i = 0; i < entries.count; ++i)
    fill(of_keys_ ? entries.key(i) : entries.value(i), resolved_.data() + i * size);
  (of_keys_ ? entries.keys : entries.values) = resolved_.data();
  (of_keys_ ? entries.key_stride : entries.value_stride) = size;
  return entries;
}

std::unique_ptr<Resolver> make_resolver(const kernel::MapInfo& info) {
  using kernel::Holds;
  switch (kernel::kind_of(info.type).holds) {
    case Holds::maps:
    case Holds::programs:
    case Holds::devices:
    case Holds::cpus:
    case Holds::sockets: return make_id_resolver(info);
    case Holds::cgroups: return make_cgroup_resolver(info);
    case Holds::stacks: return make_stack_resolver(info);
    case Holds::data:
    case Holds::perf_events:
    case Holds::cgroup_dirs:
    case Holds::xdp_sockets:
    case Holds::callbacks: return nullptr;
  }
  return nullptr;
}

std::unique_ptr<kernel::Reader> resolved(std::unique_ptr<kernel::Reader> reader,
                                         Resolver& resolver) {
  return std::make_unique<ResolvedReader>(std::move(reader), resolver);
}

}  // namespace bpfmaps::entries
