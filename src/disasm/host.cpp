// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/host.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "disasm/host_module.h"
#ifdef BPFMAPS_HOST_MODULE
#include "base/module.h"
#endif

namespace bpfmaps::disasm {
namespace {

Error no_disassembler() {
  return Error::refused(
      Kind::unsupported, "disassemble compiled code", "", "this build has no disassembler for it",
      "the package bpfmaps-llvm has it, and builds with -DBPFMAPS_LLVM=ON; or save the code with "
      "`file FILE` for another tool");
}

#ifdef BPFMAPS_HOST_LINKED
Result<const BpfmapsHost*> find_host() { return &bpfmaps_host_1; }
#elif defined(BPFMAPS_HOST_MODULE)
Result<const BpfmapsHost*> find_host() {
  return static_cast<const BpfmapsHost*>(TRY(find_in_module(
      BPFMAPS_HOST_MODULE, BPFMAPS_HOST_FOLDER, "bpfmaps_host_1", no_disassembler())));
}
#else  // linked statically, without LLVM
Result<const BpfmapsHost*> find_host() { return fail(no_disassembler()); }
#endif

}  // namespace

struct HostDisassembler::Opened {
  NameOf name_of;
  const BpfmapsHost* host = nullptr;
  void* state = nullptr;
  std::string name = {};  // the last one asked for

  static const char* find_name(void* self, std::uint64_t value, bool is_branch) {
    auto* opened = static_cast<Opened*>(self);
    opened->name = opened->name_of(value, is_branch);
    return opened->name.empty() ? nullptr : opened->name.c_str();
  }
};

void HostDisassembler::Close::operator()(Opened* opened) const {
  if (opened->state != nullptr) opened->host->close(opened->state);
  delete opened;
}

HostDisassembler::HostDisassembler(std::unique_ptr<Opened, Close> opened)
    : opened_(std::move(opened)) {}

Result<HostDisassembler> HostDisassembler::open(NameOf name_of) {
  const BpfmapsHost* host = TRY(find_host());
  std::unique_ptr<Opened, Close> opened(new Opened{std::move(name_of), host});
  opened->state = host->open(opened.get(), Opened::find_name);
  if (opened->state != nullptr) return HostDisassembler(std::move(opened));
  return fail(no_disassembler());
}

HostDisassembler::Decoded HostDisassembler::decode(Bytes code, std::uint64_t address) const {
  std::array<char, 256> text{};
  const std::size_t size =
      opened_->host->text(opened_->state, reinterpret_cast<const unsigned char*>(code.data()),
                          code.size(), address, text.data(), text.size());
  if (size == 0) {
    std::string byte = ".byte 0x";
    append_hex(byte, code.data(), 1);
    return {1, std::move(byte)};
  }
  std::string line = text.data();
  std::ranges::replace(line, '\t', ' ');
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  return {std::min(size, code.size()), std::move(line)};
}

}  // namespace bpfmaps::disasm
