// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/prog_code.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

Result<bpf_prog_info> ask(const Prog& prog, bpf_prog_info info) {
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(prog.fd(), &info, &size) == 0) return info;
  const int code = errno;
  return fail(Error::from_errno(code, "read the code of a program", ""));
}

template <class T>
std::uint64_t address_of(std::vector<T>& room) {
  return reinterpret_cast<std::uintptr_t>(room.data());
}

// Records that a later kernel may have made longer than this build knows them.
template <class T>
class Records {
 public:
  Records(std::uint32_t count, std::uint32_t size)
      : size_(size), bytes_(std::size_t{count} * size) {}
  std::uint64_t address() { return address_of(bytes_); }
  std::uint32_t size() const { return size_; }
  /// The first `count`, each cut to what is known of it.
  std::vector<T> take(std::uint32_t count) const {
    if (size_ == 0) return {};
    std::vector<T> records(std::min<std::size_t>(count, bytes_.size() / size_));
    for (std::size_t i = 0; i < records.size(); ++i)
      std::memcpy(&records[i], bytes_.data() + i * size_, std::min<std::size_t>(size_, sizeof(T)));
    return records;
  }

 private:
  std::uint32_t size_;
  std::vector<std::byte> bytes_;
};

Error kept_back(std::string why, std::string hint) {
  return Error::refused(Kind::permission, "read the code of a program", "", std::move(why),
                        std::move(hint));
}

// bpf_prog_get_info_by_fd() of the kernel tells lengths of 0 where CAP_BPF lacks, and takes the
// buffer's address out of its answer where kernel addresses may not be seen.
constexpr char kShowAddresses[] =
    "it takes CAP_SYSLOG, and sysctl kernel.kptr_restrict no greater than 1";

Status check(const bpf_prog_info& length, const bpf_prog_info& answer, CodeKind kind) {
  if (length.xlated_prog_len == 0)
    return fail(kept_back("the kernel keeps the code of programs back",
                          permission_hint("run as root: it takes CAP_BPF")));
  if (kind == CodeKind::xlated) {
    if (answer.xlated_prog_insns != 0) return {};
    return fail(
        kept_back("its constants are blinded (net.core.bpf_jit_harden), and the kernel "
                  "keeps such code back from those who may not see its addresses",
                  kShowAddresses));
  }
  if (length.jited_prog_len == 0) {
    return fail(Error::refused(Kind::unsupported, "read the code of a program", "",
                               "the kernel interprets this program: no JIT has compiled it",
                               "`prog dump xlated` shows what it interprets; sysctl "
                               "net.core.bpf_jit_enable=1 compiles what is loaded from then on"));
  }
  if (answer.jited_prog_insns != 0) return {};
  return fail(
      kept_back("the kernel keeps compiled code back from those who may not see its addresses",
                kShowAddresses));
}

}  // namespace

Result<ProgCode> read_code(const Prog& prog, CodeKind kind) {
  const bpf_prog_info length = TRY(ask(prog, {}));
  ProgCode code;
  bpf_prog_info want{};
  Records<bpf_func_info> functions(length.nr_func_info, length.func_info_rec_size);
  Records<bpf_line_info> lines(length.nr_line_info, length.line_info_rec_size);
  Records<std::uint64_t> line_addresses(length.nr_jited_line_info, length.jited_line_info_rec_size);
  want.nr_func_info = length.nr_func_info;
  want.func_info_rec_size = functions.size();
  want.func_info = functions.address();
  want.nr_line_info = length.nr_line_info;
  want.line_info_rec_size = lines.size();
  want.line_info = lines.address();
  if (kind == CodeKind::xlated) {
    code.kind.resize(length.xlated_prog_len);
    want.xlated_prog_len = length.xlated_prog_len;
    want.xlated_prog_insns = address_of(code.kind);
  } else {
    code.kind.resize(length.jited_prog_len);
    code.addresses.resize(length.nr_jited_ksyms);
    code.sizes.resize(length.nr_jited_func_lens);
    want.jited_prog_len = length.jited_prog_len;
    want.jited_prog_insns = address_of(code.kind);
    want.nr_jited_ksyms = length.nr_jited_ksyms;
    want.jited_ksyms = address_of(code.addresses);
    want.nr_jited_func_lens = length.nr_jited_func_lens;
    want.jited_func_lens = address_of(code.sizes);
    want.nr_jited_line_info = length.nr_jited_line_info;
    want.jited_line_info_rec_size = line_addresses.size();
    want.jited_line_info = line_addresses.address();
  }
  const bpf_prog_info answer = TRY(ask(prog, want));
  TRY(check(length, answer, kind));
  code.functions = functions.take(answer.nr_func_info);
  code.lines = lines.take(answer.nr_line_info);
  if (kind == CodeKind::jited && answer.jited_line_info != 0)
    code.line_addresses = line_addresses.take(answer.nr_jited_line_info);
  return code;
}

}  // namespace bpfmaps::kernel
