// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* User space writes what the program obeys: `policy` says what becomes of packets by their IPv4
 * source, `devices` where redirected ones go, and `stats` counts what was done. What is no IPv4
 * or matches no prefix passes. */
#include <linux/if_ether.h>
#include <linux/ip.h>

#include <bpf/bpf_endian.h>

#include "xdp_stats.bpf.h"

struct source_prefix {
	__u32 prefixlen; /* bits of `source` that count */
	__be32 source;
};

struct rule {
	enum xdp_action action;
	__u32 device; /* with XDP_REDIRECT: the index in `devices` */
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* the kernel makes no trie without it */
	__type(key, struct source_prefix);
	__type(value, struct rule);
} policy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDP_ACTION_MAX);
	__type(key, xdp_action);
	__type(value, struct xdp_stats);
} stats SEC(".maps");

static __always_inline const struct rule *rule_for(const struct xdp_md *ctx)
{
	const void *end = (void *)(long)ctx->data_end;
	const struct ethhdr *ethernet = (void *)(long)ctx->data;
	const struct iphdr *ip = (void *)(ethernet + 1);
	struct source_prefix key = {.prefixlen = 32};

	if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	key.source = ip->saddr;
	return bpf_map_lookup_elem(&policy, &key);
}

/* Swaps the Ethernet addresses: a station drops frames that are not addressed to it. */
static __always_inline void return_to_sender(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	__u16 *half = (void *)(long)ctx->data; /* three halves each: destination, source */

	if ((void *)(half + 6) > end)
		return;
	for (int i = 0; i < 3; i++) {
		__u16 destination = half[i];

		half[i] = half[i + 3];
		half[i + 3] = destination;
	}
}

static __always_inline xdp_action obey(struct xdp_md *ctx, const struct rule *rule)
{
	switch (rule->action) {
	case XDP_DROP:
	case XDP_PASS:
		return rule->action;
	case XDP_TX:
		return_to_sender(ctx);
		return XDP_TX;
	case XDP_REDIRECT:
		/* XDP_ABORTED where `devices` holds nothing at that index. */
		return bpf_redirect_map(&devices, rule->device, XDP_ABORTED);
	default: /* user space may have written any number */
		return XDP_ABORTED;
	}
}

SEC("xdp")
enum xdp_action xdp_policy(struct xdp_md *ctx)
{
	const struct rule *rule = rule_for(ctx);
	xdp_action action = rule ? obey(ctx, rule) : XDP_PASS;
	struct xdp_stats *record = bpf_map_lookup_elem(&stats, &action);

	if (record)
		count_own(record, ctx);
	return action;
}
