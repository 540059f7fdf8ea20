// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/verdict.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>

namespace bpfmaps::kernel {
namespace {

TEST(Verdict, names_end_where_the_kernel_has_no_more) {
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_XDP, XDP_PASS), "XDP_PASS");
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_XDP, 5), "");
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_SCHED_CLS, UINT32_MAX), "TC_ACT_UNSPEC");
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_SOCKET_FILTER, 0), "drop");
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_SOCKET_FILTER, 1500), "pass");
  EXPECT_EQ(verdict_name(BPF_PROG_TYPE_RAW_TRACEPOINT, 1), "");
}

TEST(Verdict, what_has_no_name_is_dropped_by_all_but_tc) {
  EXPECT_TRUE(lets_go_on(BPF_PROG_TYPE_XDP, XDP_REDIRECT));
  EXPECT_FALSE(lets_go_on(BPF_PROG_TYPE_XDP, XDP_ABORTED));
  EXPECT_FALSE(lets_go_on(BPF_PROG_TYPE_XDP, 5));
  EXPECT_TRUE(lets_go_on(BPF_PROG_TYPE_SCHED_CLS, 99));
  EXPECT_FALSE(lets_go_on(BPF_PROG_TYPE_SCHED_CLS, 2));
  EXPECT_TRUE(lets_go_on(BPF_PROG_TYPE_CGROUP_SKB, 3));
  EXPECT_FALSE(lets_go_on(BPF_PROG_TYPE_CGROUP_SKB, 2));
}

}  // namespace
}  // namespace bpfmaps::kernel
