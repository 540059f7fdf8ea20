// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/version_text.h"

#include <bpf/libbpf.h>
#include <sys/utsname.h>

#include <string>

#include "base/version.h"
#include "disasm/host.h"
#include "output/record.h"

namespace bpfmaps::commands {

void print_version(output::Writer& out, const output::Style& style) {
  if (!style.is_json()) return out.write("bpfmaps " + std::string(version()) + "\n");
  std::string libbpf(libbpf_version_string());
  if (libbpf.starts_with('v')) libbpf.erase(0, 1);
  utsname system{};
  output::Record record;
  record.add("version", version()).add("libbpf", libbpf);
  record.add("llvm", disasm::HostDisassembler::open({}).has_value());
  if (uname(&system) == 0) record.add("kernel", system.release);
  print_one(out, style, record);
}

}  // namespace bpfmaps::commands
