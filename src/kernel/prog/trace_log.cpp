// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/trace_log.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/number.h"
#include "kernel/link/tracepoint.h"

namespace bpfmaps::kernel {
namespace {

namespace fs = std::filesystem;

constexpr char kOperation[] = "read what programs print";
constexpr std::string_view kName = "bpfmaps-";
constexpr char kEvent[] = "/events/bpf_trace/bpf_trace_printk/enable";

Result<std::string> mounted() {
  std::string mount = tracefs_mount();
  if (!mount.empty()) return mount;
  return fail(Error::refused(Kind::not_found, kOperation, "tracefs", "it is not mounted",
                             "mount -t tracefs tracefs /sys/kernel/tracing"));
}

Error failed(int code, const std::string& path) {
  Error error = Error::from_errno(code, kOperation, path);
  if (error.kind == Kind::permission) error.hint = "run as root: tracefs is root's own";
  return error;
}

Status write_file(const std::string& path, std::string_view text) {
  const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const bool done = file && write(file.get(), text.data(), text.size()) >= 0;
  const int code = errno;
  if (done) return {};
  return fail(failed(code, path));
}

// Of processes that were killed before they could remove theirs.
void remove_stale(const std::string& instances) {
  std::error_code error;
  for (fs::directory_iterator at(instances, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    const auto pid = name.starts_with(kName) ? parse_u64(name.substr(kName.size())) : std::nullopt;
    if (pid && kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH) rmdir(at->path().c_str());
  }
}

}  // namespace

Status read_trace(const std::function<void(std::string_view piece)>& take) {
  const std::string path = TRY(mounted()) + "/trace";
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int code = errno;
  if (!file) return fail(failed(code, path));
  std::string piece(64 << 10, '\0');
  for (;;) {
    const ssize_t size = read(file.get(), piece.data(), piece.size());
    code = errno;
    if (size == 0) return {};
    if (size < 0) return fail(failed(code, path));
    take(std::string_view(piece).substr(0, static_cast<std::size_t>(size)));
  }
}

Result<std::unique_ptr<TraceInstance>> TraceInstance::make() {
  const std::string instances = TRY(mounted()) + "/instances";
  remove_stale(instances);
  std::string folder =
      instances + "/" + std::string(kName) + number_text(static_cast<std::uint64_t>(getpid()));
  if (mkdir(folder.c_str(), 0700) != 0) {
    const int code = errno;
    return fail(failed(code, folder));
  }
  std::unique_ptr<TraceInstance> made(new TraceInstance(std::move(folder)));
  auto enabled = write_file(made->folder_ + kEvent, "1");
  if (!enabled && enabled.error().kind == Kind::not_found)
    return fail(std::move(enabled.error())
                    .as(Kind::unsupported)
                    .because("the kernel has no event for what programs print (it came with Linux "
                             "5.9)"));
  TRY(std::move(enabled));
  // Readable as soon as there is anything, not when half of the buffer is full. Newer kernels only.
  [[maybe_unused]] const Status asked = write_file(made->folder_ + "/buffer_percent", "0");
  made->pipe_.reset(
      open((made->folder_ + "/trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const int code = errno;
  if (!made->pipe_) return fail(failed(code, made->folder_ + "/trace_pipe"));
  return made;
}

TraceInstance::~TraceInstance() {
  pipe_.reset();
  rmdir(folder_.c_str());
}

std::string TraceInstance::read() {
  std::string all, piece(64 << 10, '\0');
  for (ssize_t size = 0; (size = ::read(pipe_.get(), piece.data(), piece.size())) > 0;)
    all.append(piece, 0, static_cast<std::size_t>(size));
  return all;
}

}  // namespace bpfmaps::kernel
