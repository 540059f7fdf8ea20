// SPDX-License-Identifier: BSD-2-Clause
#include "entries/type_source.h"

#include "object/btf_file.h"

namespace bpfmaps::entries {

Result<TypeSource> open_type_source(const std::string& path) {
  TypeSource source;
  if (path.empty()) return source;
  if (path == "vmlinux") {
    source.types = kernel::vmlinux_btf();
    if (source.types != nullptr) return source;
    return fail(Error::refused(Kind::unsupported, "load types", path,
                               "the running kernel has no BTF of its own",
                               "name a file: --btf FILE"));
  }
  source.file = TRY(object::read_types(path));
  source.types = source.file.get();
  return source;
}

}  // namespace bpfmaps::entries
