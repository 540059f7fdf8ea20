// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Packets and bytes per verdict, each CPU in a record of its own. */
#include "xdp_stats.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDP_ACTION_MAX);
	__type(key, xdp_action);
	__type(value, struct xdp_stats);
} stats SEC(".maps");

static __always_inline enum xdp_action count(const struct xdp_md *ctx, xdp_action action)
{
	struct xdp_stats *record = bpf_map_lookup_elem(&stats, &action);

	if (record)
		count_own(record, ctx);
	return action;
}

SEC("xdp")
enum xdp_action xdp_stats_pass(struct xdp_md *ctx)
{
	return count(ctx, XDP_PASS);
}

SEC("xdp")
enum xdp_action xdp_stats_drop(struct xdp_md *ctx)
{
	return count(ctx, XDP_DROP);
}
