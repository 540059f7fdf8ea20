// SPDX-License-Identifier: BSD-2-Clause
// The one file that knows LLVM. Built into the module that host.cpp loads or, where all is linked
// statically, into the program.
#include <llvm-c/Disassembler.h>
#include <llvm-c/Target.h>
#include <llvm/Config/llvm-config.h>

#include "disasm/host_module.h"

namespace {

struct Host {
  void* names;
  BpfmapsNameOf name_of;
  LLVMDisasmContextRef disassembler = nullptr;
};

const char* name_of(void* opened, std::uint64_t value, std::uint64_t* type, std::uint64_t,
                    const char** remark) {
  const std::uint64_t asked = *type;
  *type = LLVMDisassembler_ReferenceType_InOut_None;
  *remark = nullptr;
  // Loads relative to the program counter would only be remarked on.
  if (asked == LLVMDisassembler_ReferenceType_In_PCrel_Load) return nullptr;
  const auto* host = static_cast<const Host*>(opened);
  return host->name_of(host->names, value, asked == LLVMDisassembler_ReferenceType_In_Branch);
}

void close_host(void* opened) {
  auto* host = static_cast<Host*>(opened);
  if (host->disassembler != nullptr) LLVMDisasmDispose(host->disassembler);
  delete host;
}

void* open_host(void* names, BpfmapsNameOf names_of) {
  LLVM_NATIVE_TARGETINFO();
  LLVM_NATIVE_TARGETMC();
  LLVM_NATIVE_DISASSEMBLER();
  auto* host = new Host{names, names_of};
  host->disassembler = LLVMCreateDisasm(LLVM_HOST_TRIPLE, host, 0, nullptr, name_of);
  if (host->disassembler == nullptr) return close_host(host), nullptr;
  LLVMSetDisasmOptions(host->disassembler, LLVMDisassembler_Option_PrintImmHex);
  return host;
}

std::size_t text_of(void* host, const unsigned char* code, std::size_t size, std::uint64_t address,
                    char* text, std::size_t room) {
  // It does not write to the code, whatever its declaration allows.
  return LLVMDisasmInstruction(static_cast<Host*>(host)->disassembler,
                               const_cast<unsigned char*>(code), size, address, text, room);
}

}  // namespace

const BpfmapsHost bpfmaps_host_1 = {open_host, text_of, close_host};
