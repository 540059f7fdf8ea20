// SPDX-License-Identifier: BSD-2-Clause
// NetlinkMessage: a request with attributes, some of them nested.
#pragma once

#include <linux/rtnetlink.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

class NetlinkMessage {
 public:
  /// `family` is the header that goes with `type`, as a tcmsg with RTM_NEWQDISC.
  template <class Header>
  NetlinkMessage(int type, int flags, const Header& family) {
    append(NLMSG_LENGTH(0));
    std::memcpy(append(sizeof family), &family, sizeof family);
    header().nlmsg_type = static_cast<__u16>(type);
    header().nlmsg_flags = static_cast<__u16>(flags);
  }

  void add(int type, const void* bytes, std::size_t size) {
    const std::size_t at = begin(type);
    std::memcpy(append(size), bytes, size);
    end(at);
  }
  template <class Number>
  void add(int type, Number number) {
    add(type, &number, sizeof number);
  }
  void add_text(int type, std::string_view text) {
    const std::size_t at = begin(type);
    std::memcpy(append(text.size() + 1), text.data(), text.size());
    end(at);
  }

  /// Starts an attribute; what is added up to end() of the returned place is inside of it.
  std::size_t begin(int type) {
    bytes_.resize(NLMSG_ALIGN(bytes_.size()));
    const std::size_t at = bytes_.size();
    const rtattr attribute{.rta_len = 0, .rta_type = static_cast<unsigned short>(type)};
    std::memcpy(append(sizeof attribute), &attribute, sizeof attribute);
    return at;
  }
  void end(std::size_t at) {
    const auto size = static_cast<unsigned short>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &size, sizeof size);  // rta_len stands first
  }

  /// For ask_netlink().
  nlmsghdr& header() {
    auto& header = *reinterpret_cast<nlmsghdr*>(bytes_.data());
    header.nlmsg_len = static_cast<__u32>(bytes_.size());
    return header;
  }

 private:
  char* append(std::size_t size) {
    bytes_.resize(bytes_.size() + size);
    return bytes_.data() + bytes_.size() - size;
  }

  std::vector<char> bytes_;
};

}  // namespace bpfmaps::kernel
