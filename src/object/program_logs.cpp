// SPDX-License-Identifier: BSD-2-Clause
#include "object/program_logs.h"

#include "base/text.h"

namespace bpfmaps::object {
namespace {

// As libbpf's own limit for the verifier's log. Pages that are not written to cost nothing.
constexpr std::size_t kLogSize = 16 << 20;

}  // namespace

ProgramLogs::ProgramLogs(bpf_object* object, VerifierLog level) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    if (!bpf_program__autoload(program)) continue;
    logs_.push_back({bpf_program__name(program), std::unique_ptr<char[]>(new char[kLogSize])});
    logs_.back().text[0] = '\0';
    bpf_program__set_log_buf(program, logs_.back().text.get(), kLogSize);
    bpf_program__set_log_level(program, static_cast<std::uint32_t>(level));
  }
}

std::string_view ProgramLogs::of(std::string_view program) const {
  for (const ProgramLog& log : logs_)
    if (log.program == program) return log.text.get();
  return {};
}

void ProgramLogs::tell(const Tell& tell) const {
  for (const ProgramLog& log : logs_) {
    const auto lines = split(log.text.get(), '\n');
    if (lines.empty()) continue;
    tell("program " + log.program + ":");
    for (const std::string_view line : lines)
      if (!line.empty()) tell(std::string(line));
  }
}

}  // namespace bpfmaps::object
