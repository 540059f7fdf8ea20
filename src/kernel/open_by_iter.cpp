// SPDX-License-Identifier: BSD-2-Clause
// Who has an object open, by a program that the kernel runs on every open file (bpf_iter, Linux
// 5.8): it sees processes that /proc shows nobody.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

#include "base/error_pointer.h"
#include "kernel/log.h"
#include "kernel/open_by.h"

// bpf/open_objects.bpf.c, where bpf/embed.S.in puts it.
extern "C" const std::byte bpfmaps_open_objects[], bpfmaps_open_objects_end[];

namespace bpfmaps::kernel {
namespace {

struct Record {
  std::uint32_t noun, id, pid;
  char name[16];
};

struct Close {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

Error cannot(int code) { return Error::from_errno(code, "ask which files are open", ""); }

/// The whole output of the program. Each read(2) gives whole records, or none at the end.
Result<std::vector<Record>> read_records(int fd) {
  std::vector<Record> records;
  for (;;) {
    alignas(Record) char block[4096 * sizeof(Record)];
    const ssize_t got = read(fd, block, sizeof block);
    const int code = errno;
    if (got == 0) return records;
    if (got < 0 && (code == EINTR || code == EAGAIN)) continue;
    if (got < 0) return fail(cannot(code));
    const std::size_t count = static_cast<std::size_t>(got) / sizeof(Record);
    records.resize(records.size() + count);
    std::memcpy(records.data() + records.size() - count, block, count * sizeof(Record));
  }
}

Result<std::vector<Record>> run_program() {
  const Log quiet;
  const auto size = static_cast<std::size_t>(bpfmaps_open_objects_end - bpfmaps_open_objects);
  const std::unique_ptr<bpf_object, Close> object(
      unless_error(bpf_object__open_mem(bpfmaps_open_objects, size, nullptr)));
  if (!object || bpf_object__load(object.get()) != 0) return fail(cannot(errno));
  const bpf_program* program = bpf_object__next_program(object.get(), nullptr);
  const std::unique_ptr<bpf_link, Close> link(
      unless_error(bpf_program__attach_iter(program, nullptr)));
  if (!link) return fail(cannot(errno));
  const Fd output(bpf_iter_create(bpf_link__fd(link.get())));
  if (!output) return fail(cannot(errno));
  return read_records(output.get());
}

}  // namespace

Result<OpenBy> find_open_by_iterator(Noun noun) {
  auto records = TRY(run_program());
  const auto own = static_cast<std::uint32_t>(getpid());
  std::erase_if(records, [&](const Record& record) {
    return record.noun != static_cast<std::uint32_t>(noun) || record.pid == own;
  });
  std::ranges::sort(records, {},
                    [](const Record& record) { return std::pair(record.id, record.pid); });
  OpenBy holders;
  for (const Record& record : records) {
    std::vector<ProcessRef>& of = holders.of[record.id];
    if (of.empty() || of.back().pid != record.pid)  // once, however many descriptors it has
      of.push_back({record.pid, std::string(record.name, strnlen(record.name, 16))});
  }
  return holders;
}

}  // namespace bpfmaps::kernel
