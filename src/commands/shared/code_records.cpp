// SPDX-License-Identifier: BSD-2-Clause
#include <linux/bpf.h>

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "commands/shared/code_text.h"

namespace bpfmaps::commands {
namespace {

using disasm::Function;
using disasm::Instruction;
using kernel::CodeKind;
using output::Record;
using output::Value;

Value::List hex_list(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  Value::List list;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    list.emplace_back(std::string{'0', 'x', kDigits[value >> 4], kDigits[value & 15]});
  }
  return list;
}

// The immediate of a wide load is all behind its first offset.
Value::Members opcodes_of(const Instruction& instruction) {
  const auto insn = read_at<bpf_insn>(instruction.bytes, 0);
  constexpr std::size_t kOff = offsetof(bpf_insn, off), kImm = offsetof(bpf_insn, imm);
  return {{"code", hex_list(instruction.bytes.first(1))[0]},
          {"src_reg", hex_text(insn.src_reg)},
          {"dst_reg", hex_text(insn.dst_reg)},
          {"off", hex_list(instruction.bytes.subspan(kOff, kImm - kOff))},
          {"imm", hex_list(instruction.bytes.subspan(kImm))}};
}

void add_source(Record& record, const Instruction& instruction, CodeStyle style) {
  const auto& source = instruction.source;
  if (!source) return;
  record.add("src", source->text);
  if (style.linum)
    record.add("file", source->file).add("line_num", source->line).add("line_col", source->column);
}

// "0x8(%rdi), %rax" as its parts: commas within brackets part nothing.
Value::List operands_of(std::string_view text) {
  Value::List operands;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    depth += c == '(' || c == '[' || c == '{';
    depth -= c == ')' || c == ']' || c == '}';
    if (i < text.size() && (c != ',' || depth > 0)) continue;
    if (i > start) operands.emplace_back(text.substr(start, i - start));
    start = std::min(text.find_first_not_of(' ', i + 1), text.size());
    if (i < text.size()) i = start - 1;
  }
  return operands;
}

Record compiled(const Instruction& instruction, CodeStyle style) {
  Record record;
  add_source(record, instruction, style);
  const std::string_view text = instruction.text;
  const std::size_t space = std::min(text.find(' '), text.size());
  record.add("pc", instruction.pc)
      .add("operation", text.substr(0, space))
      .add("operands", operands_of(text.substr(std::min(space + 1, text.size()))));
  if (style.opcodes) record.add("opcodes", hex_list(instruction.bytes));
  return record;
}

void add_translated(Record& record, const Instruction& instruction, CodeStyle style) {
  add_source(record, instruction, style);
  record.add("pc", instruction.pc).add("disasm", instruction.text);
  if (style.opcodes) record.add("opcodes", opcodes_of(instruction));
}

Record head_of(const Function& function) {
  Record head;
  head.add("name", function.name);
  if (!function.prototype.empty()) head.add("proto", function.prototype);
  return head;
}

}  // namespace

std::vector<Record> code_records(const disasm::Listing& listing, CodeKind kind, CodeStyle style) {
  std::vector<Record> records;
  for (const Function& function : listing.functions) {
    records.push_back(head_of(function));
    if (kind == CodeKind::jited) {
      Value::List inside;
      for (const Instruction& instruction : function.instructions)
        inside.emplace_back(compiled(instruction, style).fields());
      records.back().add("insns", std::move(inside));
      continue;
    }
    for (const Instruction& instruction : function.instructions) {
      if (&instruction != &function.instructions.front()) records.emplace_back();
      add_translated(records.back(), instruction, style);
    }
  }
  return records;
}

void print_code_rows(const disasm::Listing& listing, CodeStyle style, output::Writer& out,
                     const output::Style& form) {
  std::vector<output::Column> columns = {{"name", ""}, {"pc", ""}, {"disasm", ""}, {"src", ""}};
  if (style.linum)
    columns.insert(columns.end(), {{"file", ""}, {"line_num", ""}, {"line_col", ""}});
  if (style.opcodes) columns.push_back({"opcodes", ""});
  std::vector<Record> rows;
  for (const Function& function : listing.functions) {
    for (const Instruction& instruction : function.instructions) {
      Record row;
      row.add("name", function.name).add("pc", instruction.pc).add("disasm", instruction.text);
      add_source(row, instruction, style);
      if (style.opcodes) {
        std::string bytes;
        append_hex(bytes, instruction.bytes.data(), instruction.bytes.size());
        row.add("opcodes", std::move(bytes));
      }
      rows.push_back(std::move(row));
    }
  }
  output::print_list(out, form, rows, columns, "");
}

}  // namespace bpfmaps::commands
