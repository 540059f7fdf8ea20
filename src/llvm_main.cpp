// SPDX-License-Identifier: BSD-2-Clause
// The program bpfmaps-llvm, and the one file that knows LLVM: it turns the compiled code that
// arrives on its standard input, a socket, into text, as host_wire.h says.
#include <llvm-c/Disassembler.h>
#include <llvm-c/Target.h>
#include <llvm/Config/llvm-config.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "disasm/host_wire.h"

namespace bpfmaps::disasm {
namespace {

constexpr int kSocket = STDIN_FILENO;

/// Answers are kept until a name is asked for or the code ends, so that few calls are made.
class Connection {
 public:
  void answer(HostAnswer answer, const char* text) {
    answer.text_size =
        static_cast<std::uint16_t>(std::min<std::size_t>(std::strlen(text), UINT16_MAX));
    answers_.append(reinterpret_cast<const char*>(&answer), sizeof answer);
    answers_.append(text, answer.text_size);
  }

  /// False once the program is gone: then nothing is worth doing.
  bool flush() {
    failed_ = failed_ || !transfer(write, kSocket, answers_.data(), answers_.size());
    answers_.clear();
    return !failed_;
  }

  /// Null where there is none; valid until the next question.
  const char* ask_for_name(std::uint64_t value, bool is_branch) {
    answer({value, kAsksForName, 0, is_branch}, "");
    HostName name{};
    if (!flush() || !get(&name, sizeof name)) return nullptr;
    name_.resize(name.text_size);
    return name_.empty() || !get(name_.data(), name_.size()) ? nullptr : name_.c_str();
  }

  /// False, too, after anything failed: what came next would be taken for something else.
  bool get(void* to, std::size_t size) {
    failed_ = failed_ || !transfer(read, kSocket, static_cast<char*>(to), size);
    return !failed_;
  }

 private:
  bool failed_ = false;
  std::string answers_, name_;
};

const char* name_of(void* connection, std::uint64_t value, std::uint64_t* type, std::uint64_t,
                    const char** remark) {
  const std::uint64_t asked = *type;
  *type = LLVMDisassembler_ReferenceType_InOut_None;
  *remark = nullptr;
  // Loads relative to the program counter would only be remarked on.
  if (asked == LLVMDisassembler_ReferenceType_In_PCrel_Load) return nullptr;
  return static_cast<Connection*>(connection)
      ->ask_for_name(value, asked == LLVMDisassembler_ReferenceType_In_Branch);
}

int serve() {
  LLVM_NATIVE_TARGETINFO();
  LLVM_NATIVE_TARGETMC();
  LLVM_NATIVE_DISASSEMBLER();
  Connection program;
  const std::unique_ptr<void, void (*)(void*)> disassembler(
      LLVMCreateDisasm(LLVM_HOST_TRIPLE, &program, 0, nullptr, name_of), LLVMDisasmDispose);
  if (disassembler == nullptr) return 1;
  LLVMSetDisasmOptions(disassembler.get(), LLVMDisassembler_Option_PrintImmHex);
  HostCode block{};
  while (program.get(&block, sizeof block)) {
    std::vector<unsigned char> code(block.size);
    if (!program.get(code.data(), code.size())) return 1;
    for (std::size_t at = 0; at < code.size();) {
      char text[256] = "";
      const std::size_t size =
          LLVMDisasmInstruction(disassembler.get(), code.data() + at, code.size() - at,
                                block.address + at, text, sizeof text);
      program.answer({0, static_cast<std::uint32_t>(size), 0, false}, text);
      at += std::max<std::size_t>(size, 1);
    }
    if (!program.flush()) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace bpfmaps::disasm

int main(int argc, char**) {
  if (argc > 1 || isatty(STDIN_FILENO)) {
    std::fputs("bpfmaps-llvm: `bpfmaps prog dump jited` starts this program and talks to it\n",
               stderr);
    return 2;
  }
  return bpfmaps::disasm::serve();
}
