// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Drops IPv4 packets whose source is in `blocked`, and puts a record of each of them into the ring
 * buffer `events`; of the packets that pass, of one in `sample_every`. A full ring buffer takes no
 * record; the packets are dropped or passed all the same. */
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

#include "xdp_stats.bpf.h"

const volatile __u32 sample_every = 0; /* 0: no record of packets that pass */

struct source_prefix {
  __u32 prefixlen; /* bits of `source` that count */
  __be32 source;
};

struct xdp_event {
  __u64 time; /* nanoseconds since boot, without those in suspend */
  enum xdp_action action;
  __u32 length;  /* bytes from the Ethernet header on, without the checksum */
  __be32 saddr; /* 0 of what is no IPv4 */
  __u32 ifindex;
};

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 1024);
  __uint(map_flags, BPF_F_NO_PREALLOC); /* the kernel makes no trie without it */
  __type(key, struct source_prefix);
  __type(value, __u64); /* packets that were dropped */
} blocked SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

static __always_inline __be32 source_of(const struct xdp_md* ctx) {
  const void* end = (void*)(long)ctx->data_end;
  const struct ethhdr* ethernet = (void*)(long)ctx->data;
  const struct iphdr* ip = (void*)(ethernet + 1);

  if ((void*)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP)) return 0;
  return ip->saddr;
}

/* A function of its own, since only the types of functions and maps get into the BTF. */
static __noinline int fill(struct xdp_event* event, const struct xdp_md* ctx, __be32 source,
                           xdp_action action) {
  event->time = bpf_ktime_get_ns();
  event->action = action;
  event->length = packet_bytes(ctx);
  event->saddr = source;
  event->ifindex = ctx->ingress_ifindex;
  return 0;
}

SEC("xdp")
enum xdp_action xdp_events(struct xdp_md* ctx) {
  struct source_prefix key = {.prefixlen = 32, .source = source_of(ctx)};
  __u64* dropped = key.source ? bpf_map_lookup_elem(&blocked, &key) : NULL;
  xdp_action action = dropped ? XDP_DROP : XDP_PASS;
  struct xdp_event* event;

  if (dropped)
    __sync_fetch_and_add(dropped, 1);
  else if (!sample_every || bpf_get_prandom_u32() % sample_every)
    return action;
  event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (event) {
    fill(event, ctx, key.source, action);
    bpf_ringbuf_submit(event, 0);
  }
  return action;
}
