// SPDX-License-Identifier: BSD-2-Clause
#include "entries/type_source.h"

#include "object/btf_file.h"

namespace bpfmaps::commands {

Result<TypeSource> open_type_source(const cli::Request& request) {
  TypeSource source;
  if (!request.has(cli::Option::btf)) return source;
  const std::string& path = request.value(cli::Option::btf);
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

}  // namespace bpfmaps::commands
