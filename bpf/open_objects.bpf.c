// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which process has which map, program or link open: one record for each descriptor, told by the
 * kernel of all processes, also of those whose /proc is closed. Read by src/kernel/open_by_iter.cpp.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define CORE __attribute__((preserve_access_index))

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
} CORE;
struct task_struct {
	int tgid;
	char comm[16];
} CORE;
struct file_operations {
	const void *release;
} CORE;
struct file {
	const struct file_operations *f_op;
	void *private_data;
} CORE;
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} CORE;
struct bpf_map {
	__u32 id;
} CORE;
struct bpf_link {
	__u32 id;
} CORE;
struct bpf_prog_aux {
	__u32 id;
} CORE;
struct bpf_prog {
	struct bpf_prog_aux *aux;
} CORE;

/* What a file does when it is closed tells its kind. Not every kernel has the names of data, such as
 * bpf_map_fops, in its symbols.
 */
extern const void bpf_map_release __ksym;
extern const void bpf_prog_release __ksym;
extern const void bpf_link_release __ksym;

/* As struct Record of the reader has it. */
struct record {
	__u32 noun; /* 0 map, 1 program, 2 link */
	__u32 id;
	__u32 pid;
	char comm[16];
};

SEC("iter/task_file")
int open_objects(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct task_struct *task = ctx->task;
	struct record record = {};

	if (!file || !task)
		return 0;
	const void *release = BPF_CORE_READ(file, f_op, release);
	const void *object = file->private_data;

	if (release == &bpf_map_release) {
		record.id = BPF_CORE_READ((const struct bpf_map *)object, id);
	} else if (release == &bpf_prog_release) {
		record.noun = 1;
		record.id = BPF_CORE_READ((const struct bpf_prog *)object, aux, id);
	} else if (release == &bpf_link_release) {
		record.noun = 2;
		record.id = BPF_CORE_READ((const struct bpf_link *)object, id);
	} else {
		return 0;
	}
	record.pid = task->tgid;
	bpf_core_read(&record.comm, sizeof(record.comm), &task->comm);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
