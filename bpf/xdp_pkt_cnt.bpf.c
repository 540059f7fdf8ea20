// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Packets and bytes in one entry of a hash, which is empty until the first packet makes it. */
#include "xdp_stats.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdp_stats);
} pkt_cnt SEC(".maps");

SEC("xdp")
enum xdp_action xdp_pkt_cnt(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct xdp_stats *record = bpf_map_lookup_elem(&pkt_cnt, &key);

	if (!record) {
		struct xdp_stats first = {.packets = 1, .bytes = packet_bytes(ctx)};

		/* BPF_NOEXIST: another CPU may be making the entry too, and its count must not
		 * be overwritten. Who comes second adds to the first one's entry. */
		if (!bpf_map_update_elem(&pkt_cnt, &key, &first, BPF_NOEXIST))
			return XDP_PASS;
		record = bpf_map_lookup_elem(&pkt_cnt, &key);
	}
	if (record)
		count_shared(record, ctx);
	return XDP_PASS;
}
