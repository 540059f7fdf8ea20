// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/version_text.h"

#include <bpf/libbpf.h>
#include <sys/utsname.h>

#include <string>

#include "base/version.h"
#include "disasm/host.h"
#include "output/record.h"

// Set by cmake/Llvm.cmake where LLVM was found.
#ifndef BPFMAPS_LLVM_VERSION
#define BPFMAPS_LLVM_VERSION "unknown"
#endif

namespace bpfmaps::commands {

void print_version(output::Writer& out, const output::Style& style) {
  if (!style.is_json()) return out.write("bpfmaps " + std::string(version()) + "\n");
  std::string libbpf(libbpf_version_string());
  if (libbpf.starts_with('v')) libbpf.erase(0, 1);
  utsname system{};
  output::Record record;
  record.add("version", version()).add("libbpf", libbpf);
  const bool has_llvm = disasm::has_host_disassembler();
  record.add("llvm", has_llvm ? output::Value(BPFMAPS_LLVM_VERSION) : output::Value());
  if (uname(&system) == 0) record.add("kernel", system.release);
  print_one(out, style, record);
}

}  // namespace bpfmaps::commands
