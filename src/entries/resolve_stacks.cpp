// SPDX-License-Identifier: BSD-2-Clause
// Stacks: the functions of kernel addresses, the build ids of user space.
#include <linux/bpf.h>

#include <algorithm>

#include "base/text.h"
#include "entries/resolver.h"
#include "kernel/symbols.h"
#include "layout/convert.h"
#include "layout/synthetic.h"

namespace bpfmaps::entries {
namespace {

using layout::Packer;

// "do_sys_openat2+0x9c", " [module]" behind it where it is one's. What is longer is cut.
constexpr std::uint32_t kSymbol = 128;

// Kernel addresses lie in the upper half; those of user space are another process's.
bool is_of_kernel(std::uint64_t address) { return address >> 63 != 0; }

std::string symbol_at(std::uint64_t address) {
  // Larger than any function is: what lies further behind the last symbol belongs to none.
  constexpr std::uint64_t kReach = 1 << 20;
  if (!is_of_kernel(address)) return {};
  const kernel::Symbol symbol = kernel::kernel_symbols().find(address, kReach);
  if (symbol.name.empty()) return {};
  char offset[layout::kLongestScalar];
  char* const end = layout::write_hex_number(offset, address - symbol.address);
  std::string text = std::string(symbol.name) + "+" + std::string(offset, end);
  if (!symbol.module.empty()) text += " [" + std::string(symbol.module) + "]";
  return text;
}

// What one frame is in the map and in what is shown. `write` returns false behind the last frame.
struct Frame {
  layout::Node shown;
  std::uint32_t size;
  bool (*write)(const unsigned char* from, Packer& to);
};

bool write_address(const unsigned char* from, Packer& to) {
  std::uint64_t address;
  std::memcpy(&address, from, sizeof address);
  if (address == 0) return false;
  to.number(address);
  to.text(symbol_at(address), kSymbol);
  return true;
}

constexpr std::uint32_t kBuildIdDigits = 2 * BPF_BUILD_ID_SIZE;

// A file and the offset in it or, where the kernel could not tell the file, the address.
bool write_build_id(const unsigned char* from, Packer& to) {
  bpf_stack_build_id frame;
  std::memcpy(&frame, from, sizeof frame);
  if (frame.status == BPF_STACK_BUILD_ID_EMPTY) return false;
  const bool known = frame.status == BPF_STACK_BUILD_ID_VALID;
  std::string digits;
  if (known) append_hex(digits, frame.build_id, sizeof frame.build_id);
  std::erase(digits, ' ');
  to.text(digits, kBuildIdDigits);
  to.number(known ? frame.offset : __u64{0});
  to.number(known ? __u64{0} : frame.ip);
  return true;
}

// Frames from the innermost out; the kernel leaves zeros behind the last one.
class StackResolver final : public Resolver {
 public:
  StackResolver(Frame frame, std::uint32_t value_size)
      : Resolver(Side::values, layout::list("", frame.shown, value_size / frame.size)),
        frame_(std::move(frame)),
        most_(value_size / frame_.size),
        names_(frame_.write == write_address) {}

 private:
  void fill(const unsigned char* from, unsigned char* to) override {
    Packer packer(to);
    if (const auto& gap = kernel::kernel_symbols().gap(); names_ && gap) note(*gap);
    std::uint32_t count = 0;
    while (count < most_ && frame_.write(from + count * frame_.size, packer)) ++count;
    packer.skip(std::size_t{most_ - count} * frame_.shown.size);
    packer.number(count);
  }

  Frame frame_;
  std::uint32_t most_;
  bool names_;  // functions of the kernel
};

}  // namespace

std::unique_ptr<Resolver> make_stack_resolver(const kernel::MapInfo& info) {
  using layout::address, layout::text;
  if ((info.flags & BPF_F_STACK_BUILD_ID) == 0)
    return std::make_unique<StackResolver>(
        Frame{layout::record({address("ip"), text("symbol", kSymbol)}), sizeof(std::uint64_t),
              write_address},
        info.value_size);
  return std::make_unique<StackResolver>(
      Frame{layout::record({text("build_id", kBuildIdDigits), address("offset"), address("ip")}),
            sizeof(bpf_stack_build_id), write_build_id},
      info.value_size);
}

}  // namespace bpfmaps::entries
