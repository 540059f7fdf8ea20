// SPDX-License-Identifier: BSD-2-Clause
#include "object/btf_file.h"

#include <linux/btf.h>

#include <algorithm>
#include <cerrno>

#include "kernel/btf_check.h"
#include "object/elf_check.h"

namespace bpfmaps::object {
namespace {

bool is_raw_btf(Bytes bytes) {
  return bytes.size() >= sizeof(btf_header) && read_at<btf_header>(bytes, 0).magic == BTF_MAGIC;
}

bool is_bpf_object(const Image& image) {
  const auto header = read_header(image);
  return header && !is_foreign(*header) && header->e_machine == EM_BPF;
}

Result<kernel::Btf> parse_types(Bytes bytes, const std::string& subject) {
  TRY(kernel::check_btf(bytes, subject));
  kernel::Btf types(btf__new(bytes.data(), static_cast<__u32>(bytes.size())));
  const int code = errno;
  if (types != nullptr) return types;
  return fail(Error::from_errno(code, "load types", subject));
}

// clang leaves it to the loader to say where a global variable lies: only its symbol knows.
void place_variables(btf_type* data, const btf* types, std::size_t section,
                     const std::vector<Symbol>& symbols) {
  btf_var_secinfo* const begin = btf_var_secinfos(data);
  btf_var_secinfo* const end = begin + btf_vlen(data);
  for (btf_var_secinfo* place = begin; place != end; ++place) {
    const btf_type* variable = btf__type_by_id(types, place->type);
    if (!btf_is_var(variable) || btf_var(variable)->linkage == BTF_VAR_STATIC) continue;
    const std::string_view name = btf__name_by_offset(types, variable->name_off);
    const auto symbol = std::ranges::find_if(
        symbols, [&](const Symbol& one) { return one.section == section && one.name == name; });
    if (symbol != symbols.end()) place->offset = static_cast<std::uint32_t>(symbol->value);
  }
  std::ranges::sort(begin, end, {}, &btf_var_secinfo::offset);
}

// As libbpf does when it loads an object.
void place_sections(btf* types, const std::vector<Section>& sections) {
  const std::vector<Symbol> symbols = symbols_of(sections);
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    auto* const data = const_cast<btf_type*>(btf__type_by_id(types, id));  // `types` is ours
    if (!btf_is_datasec(data) || data->size != 0) continue;
    const std::string_view name = btf__name_by_offset(types, data->name_off);
    const Section* section = find_section(sections, name);
    if (section == nullptr) continue;
    data->size = static_cast<std::uint32_t>(section->header.sh_size);
    place_variables(data, types, static_cast<std::size_t>(section - sections.data()), symbols);
  }
}

}  // namespace

Result<kernel::Btf> read_types(const std::string& word) {
  const Image image = TRY(open_image(word));
  if (is_raw_btf(image.contents())) return parse_types(image.contents(), word);
  const bool for_bpf = is_bpf_object(image);
  const std::vector<Section> sections =
      for_bpf ? TRY(read_bpf_object(image)) : TRY(read_sections(image));
  const Section* found = find_section(sections, ".BTF");
  if (found == nullptr || found->bytes.empty())
    return fail(bad_object(image, "it holds no BTF").advise("compile it with -g"));
  kernel::Btf types = TRY(parse_types(found->bytes, word));
  if (for_bpf) place_sections(types.get(), sections);
  return types;
}

}  // namespace bpfmaps::object
