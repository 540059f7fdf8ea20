// SPDX-License-Identifier: BSD-2-Clause
// The cgroups whose storage a map holds: their paths beside the numbers in its keys.
#include <linux/bpf.h>

#include "entries/resolver.h"
#include "kernel/cgroup.h"
#include "kernel/names.h"
#include "layout/synthetic.h"

namespace bpfmaps::entries {
namespace {

constexpr std::uint32_t kPath = 4096, kAttachType = 40;

// Storage is one cgroup's and one attach type's; maps with a bare __u64 for a key share it between
// the attach types (Linux 5.9).
std::vector<layout::Node> fields(bool shared) {
  std::vector<layout::Node> made = {layout::number("cgroup_inode_id", 8)};
  if (!shared) made.push_back(layout::text("attach_type", kAttachType));
  made.push_back(layout::text("path", kPath));
  return made;
}

class CgroupResolver final : public Resolver {
 public:
  explicit CgroupResolver(bool shared)
      : Resolver(Side::keys, layout::record(fields(shared))), shared_(shared) {}

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    bpf_cgroup_storage_key key{};
    std::memcpy(&key, from, shared_ ? sizeof key.cgroup_inode_id : sizeof key);
    layout::Packer packer(to);
    packer.number(key.cgroup_inode_id);
    if (!shared_) packer.text(kernel::attach_type_name(key.attach_type), kAttachType);
    const auto path = kernel::cgroup_path(key.cgroup_inode_id);
    if (!path) note(path.error());
    packer.text(path.value_or(""), kPath);
  }

  bool shared_;
};

}  // namespace

std::unique_ptr<Resolver> make_cgroup_resolver(const kernel::MapInfo& info) {
  return std::make_unique<CgroupResolver>(info.key_size < sizeof(bpf_cgroup_storage_key));
}

}  // namespace bpfmaps::entries
