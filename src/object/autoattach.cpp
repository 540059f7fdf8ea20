// SPDX-License-Identifier: BSD-2-Clause
#include "object/autoattach.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error_pointer.h"
#include "kernel/link/tracepoint.h"
#include "kernel/log.h"

namespace bpfmaps::object {

namespace {

bpf_link* attach_iterator(const bpf_program* program, const kernel::Map& over) {
  bpf_iter_link_info info;
  std::memset(&info, 0, sizeof info);  // a union: {} need not clear all of it
  info.map.map_fd = static_cast<__u32>(over.fd());
  bpf_iter_attach_opts options{};
  options.sz = sizeof options;
  options.link_info = &info;
  options.link_info_len = sizeof info;
  return unless_error(bpf_program__attach_iter(program, &options));
}

}  // namespace

Result<AttachedLink> autoattach(const bpf_program* program, const kernel::Map* over) {
  const kernel::Log log;
  const bool iterates =
      over != nullptr && bpf_program__expected_attach_type(program) == BPF_TRACE_ITER;
  AttachedLink link(iterates ? attach_iterator(program, *over)
                             : unless_error(bpf_program__attach(program)));
  const int code = errno;
  if (link != nullptr || code == EOPNOTSUPP) return link;
  if (bpf_program__type(program) == BPF_PROG_TYPE_TRACEPOINT)
    TRY(kernel::require_tracefs(bpf_program__name(program)));
  return fail(Error::from_errno(code, "attach program", bpf_program__name(program))
                  .because("section \"" + std::string(bpf_program__section_name(program)) +
                           "\" says where, and that failed: " + log.reason()));
}

void let_go(AttachedLink link) {
  // libbpf would disable the perf event that a link holds, if it holds one. Once it is told not to,
  // it closes nothing: the event's own descriptor, which it hides, stays open until exit.
  bpf_link__disconnect(link.get());
  close(bpf_link__fd(link.get()));
}

}  // namespace bpfmaps::object
