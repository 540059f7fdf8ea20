// SPDX-License-Identifier: BSD-2-Clause
// Captures: packets in files of pcap and pcapng, read and written one at a time. The one file that
// knows libpcap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

struct pcap;
struct pcap_dumper;

namespace bpfmaps::commands {

/// One packet of a capture; the bytes are valid until the next one is read.
struct Packet {
  std::uint64_t time_ns = 0;              ///< since 1970
  std::span<const std::byte> bytes = {};  ///< from the Ethernet header on
  std::uint32_t length = 0;               ///< on the wire: more than `bytes` where those were cut
};

class CaptureReader {
 public:
  /// "-" is standard input. An error of Kind::invalid for what is no capture, and of
  /// Kind::unsupported for one of packets without an Ethernet header.
  static Result<CaptureReader> open(const std::string& path);

  /// The next packet; nothing at the end. The error says that the capture is cut off or malformed.
  Result<std::optional<Packet>> next();

 private:
  struct Close {
    void operator()(pcap* capture) const;
  };
  CaptureReader(std::unique_ptr<pcap, Close> capture, std::string subject)
      : capture_(std::move(capture)), subject_(std::move(subject)) {}

  std::unique_ptr<pcap, Close> capture_;
  std::string subject_;
  std::uint64_t read_ = 0;
};

/// Writes pcap with times in nanoseconds.
class CaptureWriter {
 public:
  /// Makes sure that the file can be written, and changes nothing yet.
  static Result<CaptureWriter> open(const std::string& path);

  /// Makes the file, or empties it. Call once, before the first write().
  Status begin();
  void write(const Packet& packet);
  /// Says whether all of it has been written.
  Status finish();

 private:
  struct Close {
    void operator()(pcap* capture) const;
    void operator()(pcap_dumper* file) const;
  };
  CaptureWriter(Fd fd, std::string subject) : fd_(std::move(fd)), subject_(std::move(subject)) {}

  Fd fd_;  // until begin(), and none where the file has to be made
  std::unique_ptr<pcap, Close> format_;
  std::unique_ptr<pcap_dumper, Close> file_;
  std::string subject_;
};

}  // namespace bpfmaps::commands
