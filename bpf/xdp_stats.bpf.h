/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the reference XDP counters share: the record they count into, the key they count under,
 * and the two ways of adding a packet to a record. */
#ifndef BPFMAPS_XDP_STATS_BPF_H
#define BPFMAPS_XDP_STATS_BPF_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

/* An array's key must be an integer in BTF, so an enum cannot be one. A typedef of an integer
 * with the enum's name can: readers of this object's BTF take such a key for that enum. The enum
 * itself gets into the BTF as what the programs return. */
typedef __u32 xdp_action;

#define XDP_ACTION_MAX (XDP_REDIRECT + 1)

struct xdp_stats {
	__u64 packets;
	__u64 bytes; /* from the Ethernet header on, without the checksum */
};

/* The linear part of the packet, which is all of it: these programs do not declare that they
 * can handle fragments ("xdp.frags"), so a device that makes them takes no such program. */
static __always_inline __u64 packet_bytes(const struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

/* Adds to a record that every CPU adds to: atomically, or increments would be lost. */
static __always_inline void count_shared(struct xdp_stats *record, const struct xdp_md *ctx)
{
	__sync_fetch_and_add(&record->packets, 1);
	__sync_fetch_and_add(&record->bytes, packet_bytes(ctx));
}

/* Adds to this CPU's own record. An XDP program is not interrupted by itself on its CPU, so
 * plain adds lose nothing, and no CPU waits for another's cache line. */
static __always_inline void count_own(struct xdp_stats *record, const struct xdp_md *ctx)
{
	record->packets += 1;
	record->bytes += packet_bytes(ctx);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#endif
