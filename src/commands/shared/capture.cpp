// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/capture.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/file.h"

namespace bpfmaps::commands {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr int kLongestPacket = 256 << 10;  // what tcpdump keeps of a packet unless told otherwise

struct CloseFile {
  void operator()(FILE* file) const { (void)fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

/// libpcap takes descriptors only as stdio files, which it closes.
Result<File> file_of(Fd fd, const char* mode, const std::string& subject) {
  File file(fdopen(fd.get(), mode));
  const int code = errno;
  if (file == nullptr) return fail(Error::from_errno(code, "open a capture", subject));
  (void)fd.release();
  return file;
}

}  // namespace

void CaptureReader::Close::operator()(pcap* capture) const { pcap_close(capture); }
void CaptureWriter::Close::operator()(pcap* capture) const { pcap_close(capture); }
void CaptureWriter::Close::operator()(pcap_dumper* file) const { pcap_dump_close(file); }

Result<CaptureReader> CaptureReader::open(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string subject = standard_input ? "standard input" : path;
  Fd fd(standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int code = errno;
  if (!fd) return fail(Error::from_errno(code, "open pcap", subject));
  File file = TRY(file_of(std::move(fd), "r", subject));
  char why[PCAP_ERRBUF_SIZE] = "";
  std::unique_ptr<pcap, Close> capture(pcap_fopen_offline_with_tstamp_precision(
      file.get(), PCAP_TSTAMP_PRECISION_NANO, static_cast<char*>(why)));
  if (capture == nullptr)
    return fail(Error::refused(Kind::invalid, "read pcap", subject, static_cast<char*>(why),
                               "a capture is what `tcpdump -w FILE` writes"));
  (void)file.release();  // libpcap's now
  if (const int type = pcap_datalink(capture.get()); type != DLT_EN10MB) {
    const char* name = pcap_datalink_val_to_name(type);
    return fail(Error::refused(Kind::unsupported, "read pcap", subject,
                               "its packets have headers of type " +
                                   (name ? std::string(name) : std::to_string(type)) +
                                   ", and the kernel runs programs on Ethernet frames",
                               "capture on one Ethernet interface: `tcpdump -i eth0 -w FILE`"));
  }
  return CaptureReader(std::move(capture), subject);
}

Result<std::optional<Packet>> CaptureReader::next() {
  pcap_pkthdr* header = nullptr;
  const unsigned char* bytes = nullptr;
  const int got = pcap_next_ex(capture_.get(), &header, &bytes);
  if (got == PCAP_ERROR_BREAK) return std::nullopt;  // the end of the file
  if (got != 1)
    return fail(Error::refused(
        Kind::incomplete, "read pcap", subject_,
        "behind packet " + std::to_string(read_) + ": " + pcap_geterr(capture_.get())));
  ++read_;
  // With the precision that was asked for, tv_usec holds nanoseconds.
  return Packet{.time_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * kSecond +
                           static_cast<std::uint64_t>(header->ts.tv_usec),
                .bytes = std::as_bytes(std::span(bytes, header->caplen)),
                .length = header->len};
}

Result<CaptureWriter> CaptureWriter::open(const std::string& path) {
  const auto refuse = [&path](int code) {
    return fail(Error::from_errno(code, "open pcap_out", path));
  };
  Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  int code = errno;
  if (fd) return CaptureWriter(std::move(fd), path);
  if (code != ENOENT) return refuse(code);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (faccessat(AT_FDCWD, folder.empty() ? "." : folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    code = errno;
    return refuse(code);
  }
  return CaptureWriter(Fd(), path);
}

Status CaptureWriter::begin() {
  if (!fd_) {
    fd_ = TRY(create_file(subject_, "open pcap_out"));
  } else if (ftruncate(fd_.get(), 0) != 0) {
    const int code = errno;
    if (code != EINVAL)  // a pipe or a device
      return fail(Error::from_errno(code, "write pcap_out", subject_));
  }
  File file = TRY(file_of(std::move(fd_), "w", subject_));
  format_.reset(
      pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kLongestPacket, PCAP_TSTAMP_PRECISION_NANO));
  file_.reset(pcap_dump_fopen(format_.get(), file.get()));
  if (file_ == nullptr)
    return fail(Error::refused(Kind::io, "write pcap_out", subject_, pcap_geterr(format_.get())));
  (void)file.release();  // libpcap's now
  return {};
}

void CaptureWriter::write(const Packet& packet) {
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(packet.time_ns / kSecond);
  header.ts.tv_usec = static_cast<suseconds_t>(packet.time_ns % kSecond);
  header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
  header.len = packet.length;
  pcap_dump(reinterpret_cast<unsigned char*>(file_.get()), &header,
            reinterpret_cast<const unsigned char*>(packet.bytes.data()));
}

Status CaptureWriter::finish() {
  const int flushed = pcap_dump_flush(file_.get());
  const int code = errno;
  if (flushed == 0 && ferror(pcap_dump_file(file_.get())) == 0) return {};
  return fail(Error::from_errno(code, "write pcap_out", subject_));
}

}  // namespace bpfmaps::commands
