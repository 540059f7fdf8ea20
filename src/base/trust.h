// SPDX-License-Identifier: BSD-2-Clause
// Who may change a file: asked before its code is run by a process that may be root's.
#pragma once

#include <string>

#include "base/result.h"

namespace bpfmaps {

/// Refuses `file` where its content is up to somebody who may not change the running program, whose
/// own file is `program`, as well.
///
/// The file and every folder above it belong to root, to the caller or to the owner of `program`.
/// Nobody else may write to the file or to its folder, nor to a folder above unless its sticky bit
/// keeps others from exchanging what is in it. A group that may write to `program`, or to a folder
/// above it, is trusted with the folders above the file, too. Symbolic links are followed first.
/// Errors: not_found and what else keeps it from being looked at; permission, with what may be
/// changed, and by whom.
Status check_trusted(const std::string& file, const std::string& program);

}  // namespace bpfmaps
