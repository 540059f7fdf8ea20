// SPDX-License-Identifier: BSD-2-Clause
#include "object/btf_file.h"

#include <linux/btf.h>

#include <cerrno>

#include "kernel/btf_check.h"
#include "object/elf.h"

namespace bpfmaps::object {
namespace {

bool is_raw_btf(Bytes bytes) {
  return bytes.size() >= sizeof(btf_header) && read_at<btf_header>(bytes, 0).magic == BTF_MAGIC;
}

/// The BTF in `image`, a view into it.
Result<Bytes> find_types(const Image& image) {
  if (is_raw_btf(image.contents())) return image.contents();
  const std::vector<Section> sections = TRY(read_sections(image));
  const Section* types = find_section(sections, ".BTF");
  if (types != nullptr && !types->bytes.empty()) return types->bytes;
  return fail(bad_object(image, "it holds no BTF").advise("compile it with -g"));
}

}  // namespace

Result<kernel::Btf> read_types(const std::string& word) {
  const Image image = TRY(open_image(word));
  const Bytes bytes = TRY(find_types(image));
  TRY(kernel::check_btf(bytes, word));
  kernel::Btf types(btf__new(bytes.data(), static_cast<__u32>(bytes.size())));
  const int code = errno;
  if (types != nullptr) return types;
  return fail(Error::from_errno(code, "load types", word));
}

}  // namespace bpfmaps::object
