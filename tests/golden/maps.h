// SPDX-License-Identifier: BSD-2-Clause
// The maps that every golden case finds; other kernel tests may use them too.
#pragma once

namespace bpfmaps::test {

/// Makes the maps of fixtures/golden.bpf.c, fills them and pins them under /sys/fs/bpf/golden.
void make_golden_maps();

}  // namespace bpfmaps::test
