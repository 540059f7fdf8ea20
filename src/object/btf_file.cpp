// SPDX-License-Identifier: BSD-2-Clause
#include "object/btf_file.h"

#include <linux/btf.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "base/error_pointer.h"
#include "kernel/btf_check.h"
#include "object/data_sections.h"
#include "object/elf_check.h"

namespace bpfmaps::object {
namespace {

bool is_raw_btf(Bytes bytes) {
  if (bytes.size() < sizeof(btf_header)) return false;
  const std::uint16_t magic = read_at<btf_header>(bytes, 0).magic;
  return magic == BTF_MAGIC || magic == __builtin_bswap16(BTF_MAGIC);
}

bool is_bpf_object(const ElfImage& image) {
  const auto header = read_header(image);
  return header && !is_foreign(*header) && header->e_machine == EM_BPF;
}

Result<kernel::Btf> parse_types(Bytes bytes, const std::string& subject) {
  TRY(kernel::check_btf(bytes, subject));
  kernel::Btf types(unless_error(btf__new(bytes.data(), static_cast<__u32>(bytes.size()))));
  const int code = errno;
  if (types != nullptr) return types;
  return fail(Error::from_errno(code, "load types", subject));
}

// Of numbers, enums and arrays of them, which are all that .kconfig can hold.
std::uint32_t alignment(const btf* types, std::uint32_t id) {
  constexpr std::uint32_t kMost = 8;
  constexpr int kMostSteps = 32;
  const btf_type* type = btf__type_by_id(types, id);
  for (int step = 0; type != nullptr && step < kMostSteps; ++step) {
    if (btf_is_any_enum(type) || btf_is_int(type)) return std::clamp(type->size, 1u, kMost);
    if (!btf_is_array(type) && !btf_is_mod(type) && !btf_is_typedef(type)) break;
    type = btf__type_by_id(types, btf_is_array(type) ? btf_array(type)->type : type->type);
  }
  return 1;
}

// What the kernel is configured like lies in no section: libbpf puts the variables one behind the
// other, the most aligned first, then the smallest (cmp_externs()).
void place_kconfig(btf_type* data, const btf* types) {
  btf_var_secinfo* const begin = btf_var_secinfos(data);
  btf_var_secinfo* const end = begin + btf_vlen(data);
  const auto variable = [types](const btf_var_secinfo& place) {
    return btf__type_by_id(types, place.type);
  };
  const auto size_of = [&](const btf_var_secinfo& place) {
    return std::max<__s64>(btf__resolve_size(types, variable(place)->type), 0);
  };
  std::ranges::sort(begin, end, {}, [&](const btf_var_secinfo& place) {
    const btf_type* of = variable(place);
    return std::tuple(-std::int64_t{alignment(types, of->type)}, size_of(place),
                      std::string_view(btf__name_by_offset(types, of->name_off)));
  });
  std::uint32_t at = 0;
  for (btf_var_secinfo* place = begin; place != end; ++place) {
    const std::uint32_t align = alignment(types, variable(*place)->type);
    place->offset = (at + align - 1) / align * align;
    place->size = static_cast<std::uint32_t>(size_of(*place));
    at = place->offset + place->size;
  }
  data->size = at;
}

void place_kconfig(btf* types) {
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    auto* const data = const_cast<btf_type*>(btf__type_by_id(types, id));  // `types` is ours
    if (btf_is_datasec(data) && data->size == 0 &&
        std::string_view(btf__name_by_offset(types, data->name_off)) == ".kconfig")
      place_kconfig(data, types);
  }
}

}  // namespace

Result<kernel::Btf> read_types(const std::string& word) {
  const ElfImage image = TRY(open_image(word));
  if (is_raw_btf(image.contents())) return parse_types(image.contents(), word);
  const bool for_bpf = is_bpf_object(image);
  const Sections sections = for_bpf ? TRY(read_bpf_object(image)) : TRY(read_sections(image));
  const Section* found = find_section(sections, ".BTF");
  if (found == nullptr || found->bytes.empty())
    return fail(bad_object(image, "it holds no BTF").advise("compile it with -g"));
  const Bytes bytes = TRY(contents_of(image, sections, *found));
  kernel::Btf types = TRY(parse_types(bytes, word));
  if (for_bpf) {
    place_variables(types.get(), sections);
    place_kconfig(types.get());
  }
  return types;
}

}  // namespace bpfmaps::object
