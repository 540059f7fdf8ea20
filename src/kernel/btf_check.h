// SPDX-License-Identifier: BSD-2-Clause
// Checks BTF that comes from a file before anything follows its offsets and type ids: libbpf
// believes them, and a blob of 24 bytes was once enough to crash it. The kernel's own BTF needs
// no such check.
#pragma once

#include <bpf/btf.h>

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// A raw .BTF section of this machine's byte order: every record lies within the section, every
/// name within its strings, every type id is that of a type, no type contains itself or nests
/// deeper than recursion goes, and sizes and variables have at most INT_MAX bytes. Errors are of
/// Kind::invalid, with `subject` as theirs; Kind::unsupported for the other byte order, and for a
/// type of more than a million members.
Status check_btf(Bytes bytes, const std::string& subject);
Status check_btf(const btf* types, const std::string& subject);

/// The same for a .BTF.ext section: its tables and their records lie within it.
Status check_btf_ext(Bytes bytes, const std::string& subject);

}  // namespace bpfmaps::kernel
