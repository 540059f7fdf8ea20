// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/listing.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/number.h"
#include "disasm/host.h"
#include "disasm/names.h"
#include "kernel/symbols.h"

namespace bpfmaps::disasm {
namespace {

using kernel::CodeKind;

/// Source lines by where their code begins.
class Source {
 public:
  explicit Source(const btf* types) : types_(types) {}

  void add(std::uint64_t place, const bpf_line_info& info) {
    const std::uint32_t line = BPF_LINE_INFO_LINE_NUM(info.line_col);
    if (types_ == nullptr || line == 0) return;  // 0: code that the compiler made up
    std::string_view text = string_at(info.line_off);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    text = text.substr(0, text.find_last_not_of(" \t") + 1);
    lines_[place] = {text, string_at(info.file_name_off), line,
                     BPF_LINE_INFO_LINE_COL(info.line_col)};
  }

  std::optional<SourceLine> at(std::uint64_t place) const {
    const auto found = lines_.find(place);
    return found == lines_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::string_view string_at(std::uint32_t offset) const {
    const char* text = btf__str_by_offset(types_, offset);
    return text != nullptr ? text : "";
  }

  const btf* types_;
  std::map<std::uint64_t, SourceLine> lines_;
};

/// The program's functions by their first instruction.
std::map<std::size_t, Function> functions_of(const Listing& listing, const Names& names,
                                             BpfCode code) {
  std::map<std::size_t, Function> functions;
  const auto add = [&](std::size_t at) { functions[at].name = names.function(at); };
  add(0);
  for (std::size_t at = 0; at < code.size(); at += width(code.subspan(at)))
    if (const auto target = names.target(code.subspan(at), at)) add(*target);
  for (const bpf_func_info& info : listing.code.functions) {
    add(info.insn_off);
    functions[info.insn_off].prototype = prototype(listing.types.get(), info);
  }
  return functions;
}

void list_xlated(const kernel::Prog& prog, Listing& listing) {
  std::vector<bpf_insn> instructions(listing.code.kind.size() / sizeof(bpf_insn));
  std::memcpy(instructions.data(), listing.code.kind.data(),
              instructions.size() * sizeof(bpf_insn));
  const BpfCode code = instructions;
  Source source(listing.types.get());
  for (const bpf_line_info& line : listing.code.lines) source.add(line.insn_off, line);
  Names names(prog, listing.code, listing.types.get());
  auto functions = functions_of(listing, names, code);
  for (std::size_t at = 0; at < code.size();) {
    const BpfCode rest = code.subspan(at);
    if (const auto begun = functions.find(at); begun != functions.end())
      listing.functions.push_back(std::move(begun->second));
    const std::size_t size = width(rest);
    listing.functions.back().instructions.push_back(
        {.pc = at,
         .text = bpf_text(rest, names.meaning(rest, at)),
         .bytes = Bytes(listing.code.kind).subspan(at * sizeof(bpf_insn), size * sizeof(bpf_insn)),
         .source = source.at(at)});
    at += size;
  }
  if (names.gap())
    listing.remarks.push_back("not all names are known: " + names.gap()->subject + ": " +
                              names.gap()->message());
  if (names.kept_back())
    listing.remarks.emplace_back(
        "the kernel keeps the names of its functions back: it takes CAP_SYSLOG, and sysctl "
        "kernel.kptr_restrict no greater than 1");
}

/// The functions of compiled code, without instructions yet.
void add_functions(const kernel::Prog& prog, Listing& listing) {
  const kernel::ProgCode& code = listing.code;
  for (std::size_t i = 0; i < code.addresses.size(); ++i) {
    Function function;
    if (i < code.functions.size())
      function = {function_name(listing.types.get(), code.functions[i]),
                  prototype(listing.types.get(), code.functions[i]),
                  {}};
    if (function.name.empty() && i == 0) function.name = main_name(prog);
    if (function.name.empty())
      function.name = kernel::kernel_symbols().find(code.addresses[i], 1).name;
    if (function.name.empty()) function.name = "sub_" + std::to_string(i);
    listing.functions.push_back(std::move(function));
  }
}

/// What the addresses in compiled code stand for.
class Addresses {
 public:
  explicit Addresses(const Listing& listing) : listing_(listing) {}

  /// Instructions are read from the code at `start` now.
  void enter(std::uint64_t start, std::size_t size) { start_ = start, size_ = size; }

  std::string operator()(std::uint64_t value, bool is_branch) const {
    if (is_branch && value - start_ < size_) return hex_text(value - start_);
    const auto& own = listing_.code.addresses;
    if (const auto found = std::ranges::find(own, value); found != own.end())
      return listing_.functions[static_cast<std::size_t>(found - own.begin())].name;
    if (const auto symbol = kernel::kernel_symbols().find(value, 1); !symbol.name.empty())
      return std::string(symbol.name);
    // Addresses of the kernel's data would be written as large negative numbers.
    return static_cast<std::int64_t>(value) < INT32_MIN ? hex_text(value) : "";
  }

 private:
  const Listing& listing_;
  std::uint64_t start_ = 0;
  std::size_t size_ = 0;
};

Source source_of(const Listing& listing) {
  const kernel::ProgCode& code = listing.code;
  Source source(listing.types.get());
  for (std::size_t i = 0; i < std::min(code.line_addresses.size(), code.lines.size()); ++i)
    source.add(code.line_addresses[i], code.lines[i]);
  return source;
}

Status list_jited(const kernel::Prog& prog, Listing& listing) {
  add_functions(prog, listing);
  const kernel::ProgCode& code = listing.code;
  const Source source = source_of(listing);
  Addresses addresses(listing);
  const HostDisassembler host = TRY(HostDisassembler::start(std::ref(addresses)));
  Bytes rest = code.kind;
  for (std::size_t i = 0; i < listing.functions.size(); ++i) {
    const std::uint64_t start = code.addresses[i];
    const Bytes own = rest.first(
        std::min<std::size_t>(i < code.sizes.size() ? code.sizes[i] : rest.size(), rest.size()));
    addresses.enter(start, own.size());
    std::size_t pc = 0;
    TRY(host.decode(own, start, [&](HostDisassembler::Decoded decoded) {
      listing.functions[i].instructions.push_back({.pc = pc,
                                                   .text = std::move(decoded.text),
                                                   .bytes = own.subspan(pc, decoded.size),
                                                   .source = source.at(start + pc)});
      pc += decoded.size;
    }));
    rest = rest.subspan(own.size());
  }
  return {};
}

}  // namespace

Result<Listing> list(const kernel::Prog& prog, CodeKind image) {
  Listing listing;
  listing.code = TRY(kernel::read_code(prog, image));
  if (prog.info().btf_id != 0) {
    if (auto types = kernel::btf_by_id(prog.info().btf_id))
      listing.types = *std::move(types);
    else
      listing.remarks.push_back("no lines of source, no names of functions: " +
                                types.error().message());
  }
  if (image == CodeKind::xlated) {
    list_xlated(prog, listing);
  } else {
    TRY(list_jited(prog, listing));
    if (const auto& gap = kernel::kernel_symbols().gap())
      listing.remarks.push_back("no names of the kernel's functions: " + gap->subject + ": " +
                                gap->message());
  }
  return listing;
}

}  // namespace bpfmaps::disasm
