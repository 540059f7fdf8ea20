// SPDX-License-Identifier: BSD-2-Clause
#include "base/result.h"

#include <cerrno>
#include <cstring>

#include "base/kernel_errno.h"

namespace bpfmaps {
namespace {

Kind kind_of(int code) {
  switch (code) {
    case ENOENT: return Kind::not_found;
    case EACCES:
    case EPERM: return Kind::permission;
    case EEXIST: return Kind::exists;
    case EOPNOTSUPP:
    case kEnotsupp: return Kind::unsupported;
    case EIO:
    case ENOSPC:
    case EBADF: return Kind::io;
    default: return Kind::system;
  }
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::usage: return "usage";
    case Kind::not_found: return "not_found";
    case Kind::permission: return "permission";
    case Kind::exists: return "exists";
    case Kind::unsupported: return "unsupported";
    case Kind::invalid: return "invalid";
    case Kind::incomplete: return "incomplete";
    case Kind::io: return "io";
    case Kind::system: return "system";
    case Kind::closed_pipe: return "closed_pipe";
  }
  return "system";
}

int exit_code(Kind kind) {
  switch (kind) {
    case Kind::closed_pipe: return 0;
    case Kind::usage: return 2;
    case Kind::not_found: return 3;
    case Kind::permission: return 4;
    default: return 1;
  }
}

Error Error::from_errno(int code, std::string operation, std::string subject) {
  return {.kind = kind_of(code),
          .code = code,
          .operation = std::move(operation),
          .subject = std::move(subject)};
}

Error Error::refused(Kind kind, std::string operation, std::string subject, std::string context,
                     std::string hint) {
  return {.kind = kind,
          .operation = std::move(operation),
          .subject = std::move(subject),
          .context = std::move(context),
          .hint = std::move(hint)};
}

Error Error::usage(std::string context, std::string hint) {
  return {.kind = Kind::usage,
          .operation = "read the command line",
          .context = std::move(context),
          .hint = std::move(hint)};
}

std::string Error::message() const {
  std::string text = context.empty() ? errno_text(code) : context;
  if (code != 0) text.append(" (").append(errno_name(code)).append(")");
  return text;
}

std::string errno_name(int code) {
  if (code == kEnotsupp) return "ENOTSUPP";
  const char* name = strerrorname_np(code);
  return name != nullptr ? name : "errno " + std::to_string(code);
}

std::string errno_text(int code) {
  if (code == kEnotsupp) return "the kernel does not support this here";
  const char* description = strerrordesc_np(code);
  if (description == nullptr) return "unknown error";
  std::string text = description;
  // "Permission denied" reads better lower case after a colon; "RPC ..." stays as it is.
  if (text.size() > 1 && text[1] >= 'a') text[0] = static_cast<char>(text[0] | 0x20);
  return text;
}

}  // namespace bpfmaps
