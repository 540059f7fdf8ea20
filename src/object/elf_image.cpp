// SPDX-License-Identifier: BSD-2-Clause
#include "object/elf_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "object/builtins.h"

namespace bpfmaps::object {
namespace {

Error not_there(int code, const std::string& word) {
  Error error = Error::from_errno(code, "open object", word);
  if (code != ENOENT || word.find('/') != std::string::npos) return error;
  std::vector<std::string_view> names;
  for (const Builtin& builtin : builtins()) names.push_back(builtin.name);
  std::string hint = did_you_mean(word, names);
  if (hint.empty()) hint = "`bpfmaps obj list` names the built-in objects";
  return std::move(error)
      .because("neither a file nor the name of a built-in object")
      .advise(std::move(hint));
}

}  // namespace

std::string ElfImage::stem() const {
  std::string_view file = name_;
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  return std::string(file.substr(0, file.find('.')));
}

Result<ElfImage> open_image(const std::string& word) {
  if (const Builtin* builtin = find_builtin(word)) return ElfImage(word, builtin->contents);

  // O_NONBLOCK: opening a FIFO that nobody writes to must not wait for ever.
  const Fd fd(open(word.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    const int code = errno;
    return fail(not_there(code, word));
  }
  struct stat about {};
  if (fstat(fd.get(), &about) < 0) {
    const int code = errno;
    return fail(Error::from_errno(code, "open object", word));
  }
  const auto refuse = [&word](std::string why) {
    return fail(Error::refused(Kind::invalid, "open object", word, std::move(why)));
  };
  if (S_ISDIR(about.st_mode)) return refuse("a directory, not an object file");
  if (!S_ISREG(about.st_mode)) return refuse("not a regular file");
  if (about.st_size > kLargestImage) return refuse("larger than 1 GiB: that is no object");
  return ElfImage(word, TRY(read_all(fd.get(), word, "read object", kLargestImage)));
}

}  // namespace bpfmaps::object
