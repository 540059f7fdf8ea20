// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/netlink.h"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/fd.h"

namespace bpfmaps::kernel {
namespace {

using Chunks = std::vector<std::vector<char>>;

/// Calls `each` with every message of a chunk until it returns false.
template <class Each>
bool for_messages(const std::vector<char>& chunk, const Each& each) {
  auto left = static_cast<unsigned>(chunk.size());
  for (auto it = reinterpret_cast<const nlmsghdr*>(chunk.data()); NLMSG_OK(it, left);
       it = NLMSG_NEXT(it, left))
    if (!each(*it)) return false;
  return true;
}

/// One datagram, whole: its size is asked for first.
Result<std::vector<char>> receive(int fd, const Error& error) {
  const auto failed = [&error] {
    const int code = errno;
    return fail(Error::from_errno(code, error.operation, error.subject));
  };
  char none = 0;
  ssize_t size = 0;
  do size = recv(fd, &none, 0, MSG_PEEK | MSG_TRUNC);
  while (size < 0 && errno == EINTR);
  if (size < 0) return failed();
  std::vector<char> chunk(static_cast<std::size_t>(size));
  do size = recv(fd, chunk.data(), chunk.size(), 0);
  while (size < 0 && errno == EINTR);
  if (size < 0) return failed();
  chunk.resize(static_cast<std::size_t>(size));
  return chunk;
}

struct Answers {
  Chunks chunks = {};
  bool changed = false;  ///< while they were given
};

/// What the kernel says of a refusal (NETLINK_EXT_ACK, Linux 4.12); "" where it says nothing.
std::string explanation_in(const nlmsghdr& message) {
  std::string text;
  const auto* refusal = static_cast<const nlmsgerr*>(NLMSG_DATA(&message));
  // The request that was refused comes before it, whole unless it is capped.
  const std::size_t request = (message.nlmsg_flags & NLM_F_CAPPED) != 0
                                  ? sizeof(nlmsghdr)
                                  : NLMSG_ALIGN(refusal->msg.nlmsg_len);
  const std::size_t before = NLMSG_HDRLEN + sizeof refusal->error + request;
  if ((message.nlmsg_flags & NLM_F_ACK_TLVS) == 0 || message.nlmsg_len <= before) return text;
  for_attributes(reinterpret_cast<const char*>(&message) + before, message.nlmsg_len - before,
                 [&text](const rtattr* attribute) {
                   if (type_of(attribute) == NLMSGERR_ATTR_MSG) text = text_payload(attribute);
                 });
  return text;
}

Result<Answers> collect(const nlmsghdr& request, int protocol, const Error& error) {
  const auto fail_with = [&error](int code) {
    return fail(Error::from_errno(code, error.operation, error.subject));
  };
  const Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return fail_with(errno);
  const int yes = 1;
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof yes);
  if (send(fd.get(), &request, request.nlmsg_len, 0) < 0) return fail_with(errno);
  Answers answers;
  for (;;) {
    std::vector<char> chunk = TRY(receive(fd.get(), error));
    int code = 0;
    std::string why;
    const bool goes_on = for_messages(chunk, [&](const nlmsghdr& message) {
      if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) answers.changed = true;
      if (message.nlmsg_type == NLMSG_ERROR) {
        code = -static_cast<const nlmsgerr*>(NLMSG_DATA(&message))->error;
        if (code != 0) why = explanation_in(message);
      }
      return message.nlmsg_type != NLMSG_DONE && message.nlmsg_type != NLMSG_ERROR &&
             (message.nlmsg_flags & NLM_F_MULTI) != 0;
    });
    if (code != 0)
      return fail(Error::from_errno(code, error.operation, error.subject).because(std::move(why)));
    answers.chunks.push_back(std::move(chunk));
    if (!goes_on) return answers;
  }
}

}  // namespace

Status ask_netlink(nlmsghdr& request, std::string_view operation,
                   const std::function<void(const nlmsghdr&)>& answer, int protocol) {
  constexpr int kTries = 8;
  const Error error{.operation = std::string(operation)};
  request.nlmsg_flags |= NLM_F_REQUEST;
  Answers answers;
  int tries = 0;
  do answers = TRY(collect(request, protocol, error));
  while (answers.changed && ++tries < kTries);
  for (const auto& chunk : answers.chunks)
    for_messages(chunk, [&](const nlmsghdr& message) {
      if (message.nlmsg_type >= NLMSG_MIN_TYPE) answer(message);
      return true;
    });
  return {};
}

}  // namespace bpfmaps::kernel
