// SPDX-License-Identifier: BSD-2-Clause
// What ids of maps, programs and interfaces stand for. A name that the kernel keeps back (ids need
// CAP_SYS_ADMIN) or that is no more is "".
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "entries/resolver.h"
#include "kernel/map/map_kind.h"
#include "kernel/pin/index.h"
#include "kernel/prog/prog_name.h"
#include "layout/synthetic.h"

namespace bpfmaps::entries {
namespace {

using kernel::Noun;
using layout::Node;
using layout::Packer;

constexpr std::uint32_t kProgName = 128, kMapName = BPF_OBJ_NAME_LEN, kDevName = IF_NAMESIZE;

std::uint32_t u32_at(const unsigned char* from) {
  std::uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// The pins of all maps: how much room those of one map take at most.
struct Pins {
  kernel::PinIndex index = kernel::all_pins(kernel::nouns({Noun::map}));
  std::uint32_t most = 0, longest = 1;

  Pins() {
    index.for_each([this](Noun noun, std::uint32_t, const std::vector<std::string>& paths) {
      if (noun != Noun::map) return;
      most = std::max(most, static_cast<std::uint32_t>(paths.size()));
      for (const std::string& path : paths)
        longest = std::max(longest, static_cast<std::uint32_t>(path.size()));
    });
  }
};

class MapResolver final : public Resolver {
 public:
  explicit MapResolver(Pins pins)
      : Resolver(
            Side::values,
            layout::record({layout::number("inner_map_id", 4), layout::text("name", kMapName),
                            layout::list("pinned", layout::text("", pins.longest), pins.most)})),
        pins_(std::move(pins)) {
    if (pins_.index.gap()) note(*pins_.index.gap());
  }

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    const std::uint32_t id = u32_at(from);
    const auto map = kernel::map_by_id(id, kernel::Access::read);
    Packer packer(to);
    packer.number(id);
    if (!map) note(map.error());
    packer.text(map ? map->info().name : "", kMapName);
    const std::vector<std::string>& paths = pins_.index.of(Noun::map, id);
    for (const std::string& path : paths) packer.text(path, pins_.longest);
    const auto count = static_cast<std::uint32_t>(paths.size());
    packer.skip(std::size_t{pins_.most - count} * pins_.longest);
    packer.number(count);
  }

  Pins pins_;
};

class ProgResolver final : public Resolver {
 public:
  ProgResolver()
      : Resolver(Side::values,
                 layout::record({layout::number("prog_id", 4), layout::text("name", kProgName)})) {}

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    const std::uint32_t id = u32_at(from);
    const auto prog = kernel::prog_by_id(id);
    Packer packer(to);
    packer.number(id);
    if (!prog) note(prog.error());
    const auto name = prog ? names_.full_name(*prog) : kernel::ProgName();
    if (name.cut) note(*name.cut);
    packer.text(name.text, kProgName);
  }

  kernel::ProgNames names_;
};

// The fields before the id of a program, which values of 4 bytes do not have (bpf_devmap_val since
// 5.8, bpf_cpumap_val since 5.9). No program is 0.
std::vector<Node> with_program(std::vector<Node> fields, std::uint32_t value_size) {
  if (value_size >= 8) fields.push_back(layout::number("prog_id", 4));
  return fields;
}

// An index means the interface of the network namespace that filled the map. The kernel does not
// tell which that was: the name is this namespace's.
class DeviceResolver final : public Resolver {
 public:
  explicit DeviceResolver(std::uint32_t value_size)
      : Resolver(
            Side::values,
            layout::record(with_program(
                {layout::number("ifindex", 4), layout::text("devname", kDevName)}, value_size))),
        has_program_(value_size >= 8) {}

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    const std::uint32_t ifindex = u32_at(from);
    Packer packer(to);
    packer.number(ifindex);
    char name[IF_NAMESIZE];
    const bool found = if_indextoname(ifindex, name) != nullptr;
    const int code = errno;  // ENXIO: this network namespace has no such interface
    if (!found && code != ENXIO)
      note(Error::from_errno(code, "name an interface", "interface " + std::to_string(ifindex)));
    packer.text(found ? name : "", kDevName);
    if (has_program_) packer.number(u32_at(from + 4));
  }

  bool has_program_;
};

// Values that only need their fields named.
class NamedFields final : public Resolver {
 public:
  explicit NamedFields(std::vector<Node> fields)
      : Resolver(Side::values, layout::record(std::move(fields))) {}

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    std::memcpy(to, from, layout().root().size);
  }
};

}  // namespace

std::unique_ptr<Resolver> make_id_resolver(const kernel::MapInfo& info) {
  using kernel::Holds;
  switch (kernel::kind_of(info.type).holds) {
    case Holds::maps: return std::make_unique<MapResolver>(Pins());
    case Holds::programs: return std::make_unique<ProgResolver>();
    case Holds::devices: return std::make_unique<DeviceResolver>(info.value_size);
    case Holds::cpus:
      return std::make_unique<NamedFields>(
          with_program({layout::number("qsize", 4)}, info.value_size));
    default: return std::make_unique<NamedFields>(std::vector<Node>{layout::number("cookie", 8)});
  }
}

}  // namespace bpfmaps::entries
