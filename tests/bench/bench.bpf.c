// SPDX-License-Identifier: BSD-2-Clause
// The maps that tests/bench measures. The number of entries is set before loading.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum state { STATE_NEW, STATE_ESTABLISHED, STATE_CLOSING, STATE_CLOSED };

struct flow_key {
	__u32 source;
	__u32 destination;
	__u16 source_port;
	__u16 destination_port;
	__u32 protocol;
};

struct flow {
	__u64 packets;
	__u64 bytes;
	__u64 last_seen;
	__u32 mark;
	enum state state;
	char name[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows_percpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct flow);
} slots_mmapable SEC(".maps");
