// SPDX-License-Identifier: BSD-2-Clause
// Netlink: one question to the kernel and all its answers, and the attributes in them.
#pragma once

#include <linux/rtnetlink.h>

#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// Asks `protocol` and hands over each answer. `request` says its own length; with NLM_F_DUMP
/// there may be many answers. A dump that the kernel calls inconsistent, because what it lists
/// changed meanwhile, is asked for again before anything is handed over. `operation` is for errors.
Status ask_netlink(nlmsghdr& request, std::string_view operation,
                   const std::function<void(const nlmsghdr&)>& answer,
                   int protocol = NETLINK_ROUTE);

/// The number in an attribute; 0 where it is too short to hold one.
template <class T>
T payload(const rtattr* attribute) {
  T value{};
  if (RTA_PAYLOAD(attribute) >= sizeof value)
    std::memcpy(&value, RTA_DATA(attribute), sizeof value);
  return value;
}

/// The text in an attribute, up to its NUL or end.
inline std::string text_payload(const rtattr* attribute) {
  const auto* text = static_cast<const char*>(RTA_DATA(attribute));
  return {text, strnlen(text, RTA_PAYLOAD(attribute))};
}

/// The type of an attribute without the bits that say how it is encoded.
inline int type_of(const rtattr* attribute) { return attribute->rta_type & NLA_TYPE_MASK; }

/// Calls `each` with every attribute in the `size` bytes from `first` on.
template <class Each>
void for_attributes(const void* first, std::size_t size, const Each& each) {
  auto left = static_cast<int>(size);
  for (auto it = static_cast<const rtattr*>(first); RTA_OK(it, left); it = RTA_NEXT(it, left))
    each(it);
}

/// The same for those inside of `nested`.
template <class Each>
void for_attributes_in(const rtattr* nested, const Each& each) {
  for_attributes(RTA_DATA(nested), RTA_PAYLOAD(nested), each);
}

/// The same for those behind the family's header, a `Header`, of an answer.
template <class Header, class Each>
void for_attributes_of(const nlmsghdr& answer, const Each& each) {
  const auto* header = static_cast<const char*>(NLMSG_DATA(&answer));
  const std::size_t skipped = NLMSG_SPACE(sizeof(Header));
  if (answer.nlmsg_len >= skipped)
    for_attributes(header + NLMSG_ALIGN(sizeof(Header)), answer.nlmsg_len - skipped, each);
}

}  // namespace bpfmaps::kernel
