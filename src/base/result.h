// SPDX-License-Identifier: BSD-2-Clause
// Result and Error: how a failure travels. Library code returns an Error, main prints it once.
// Must not print, and must not know any of the other rooms.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace bpfmaps {

/// What sort of failure it is; decides the exit code and the "kind" of the JSON error.
enum class Kind {
  usage,        ///< the command line is wrong: exit 2
  not_found,    ///< what was asked for is not there: exit 3
  permission,   ///< not permitted: exit 4
  exists,       ///< something stands where a new thing should go: exit 1
  unsupported,  ///< the kernel, the map type or this build cannot do it: exit 1
  invalid,      ///< data that contradicts itself or what it is meant for: exit 1
  incomplete,   ///< the answer is not whole: exit 1
  io,           ///< reading or writing a file or standard output failed: exit 1
  system,       ///< any other refusal of the kernel or a library: exit 1
  closed_pipe,  ///< the reader of standard output went away: ends quietly, exit 0
};

/// "permission", "not_found", ...: the word the JSON error uses.
std::string_view kind_name(Kind kind);

/// The exit code that cli.md promises for `kind`.
int exit_code(Kind kind);

/// One failure, told once: what was tried (`operation`), on what (`subject`), why it failed
/// (`context`, or the text of `code` when empty) and what to do next (`hint`, may be empty).
struct [[nodiscard]] Error {
  Kind kind = Kind::system;
  int code = 0;  ///< errno, or 0 where no system call failed
  std::string operation = {};
  std::string subject = {};
  std::string context = {};
  std::string hint = {};

  /// A failed system call. Read errno on the very next line and pass it as `code`.
  /// The kind follows from the code: ENOENT not_found, EACCES and EPERM permission, EEXIST
  /// exists...
  static Error from_errno(int code, std::string operation, std::string subject);

  /// Something that was refused without a system call having failed.
  static Error refused(Kind kind, std::string operation, std::string subject, std::string context,
                       std::string hint = {});

  /// "pin rm: --where is not an option" and the like: exit 2.
  static Error usage(std::string context, std::string hint = {});

  Error&& because(std::string why) && { return context = std::move(why), std::move(*this); }
  Error&& advise(std::string what) && { return hint = std::move(what), std::move(*this); }
  Error&& as(Kind other) && { return kind = other, std::move(*this); }

  /// "permission denied (EACCES)", or the context with the errno name behind it.
  std::string message() const;
};

/// "EACCES"; "ENOTSUPP" for the kernel-internal 524 that bpf(2) leaks; "errno 999" if unknown.
std::string errno_name(int code);
/// "permission denied"; lower case, no full stop.
std::string errno_text(int code);

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// `return fail(Error::from_errno(...))` in any function that returns a Result.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace bpfmaps

/// The value of a Result, or return its Error from the enclosing function.
#define TRY(expression)                                                       \
  __extension__({                                                             \
    auto try_result_ = (expression);                                          \
    if (!try_result_) return ::bpfmaps::fail(std::move(try_result_).error()); \
    ::bpfmaps::detail::unwrap(std::move(try_result_));                        \
  })

namespace bpfmaps::detail {
template <class T>
T unwrap(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace bpfmaps::detail
