// SPDX-License-Identifier: BSD-2-Clause
#include "entries/text_chunks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace bpfmaps::entries {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kMostUnit = std::size_t{1} << 30;
constexpr std::string_view kMark = "\xef\xbb\xbf";  // a byte order mark

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

TextChunks::TextChunks(Fd fd, std::string subject, std::string operation)
    : fd_(std::move(fd)), subject_(std::move(subject)), operation_(std::move(operation)) {}

Result<TextChunks> TextChunks::open(const std::string& path, const std::string& operation) {
  const bool standard_input = path == "-";
  Fd fd(standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int code = errno;
  const std::string subject = standard_input ? "standard input" : path;
  if (!fd) return fail(Error::from_errno(code, operation, subject));
  struct stat status {};
  TextChunks chunks(std::move(fd), subject, operation);
  if (fstat(chunks.fd_.get(), &status) == 0 && S_ISREG(status.st_mode))
    chunks.size_ = static_cast<std::uint64_t>(status.st_size);
  TRY(chunks.peek(kMark.size()));
  if (chunks.text_.starts_with(kMark)) chunks.text_.erase(0, kMark.size());
  return chunks;
}

Error TextChunks::wrong(Kind kind, const std::string& what) const {
  return Error::refused(kind, operation_, subject_, what);
}

Status TextChunks::fill() {
  const std::size_t have = text_.size();
  if (have > kMostUnit)
    return fail(wrong(Kind::invalid, together_ ? "rows of CPUs are longer than 1 GiB in all"
                                               : "a line is longer than 1 GiB"));
  text_.resize(have + kChunk);
  for (;;) {
    const ssize_t got = ::read(fd_.get(), text_.data() + have, kChunk);
    const int code = errno;
    if (got < 0 && code == EINTR) continue;
    text_.resize(have + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0) return fail(Error::from_errno(code, operation_, subject_));
    at_end_ = got == 0;
    return {};
  }
}

Result<std::string_view> TextChunks::peek(std::size_t wanted) {
  while (text_.size() < wanted && !at_end_) TRY(fill());
  return std::string_view(text_);
}

Result<std::string> TextChunks::take_first(Unit unit) {
  bool in_quotes = false;
  for (std::size_t at = 0;; ++at) {
    if (at == text_.size() && !at_end_) TRY(fill());
    if (at >= text_.size()) break;
    if (unit == Unit::row && text_[at] == '"') in_quotes = !in_quotes;
    if (text_[at] != '\n' || in_quotes) continue;
    std::string first = text_.substr(0, at);
    line_ += 1 + static_cast<std::uint64_t>(std::count(first.begin(), first.end(), '\n'));
    text_.erase(0, at + 1);
    return first;
  }
  return std::exchange(text_, {});
}

unsigned TextChunks::most_readers() const {
  if (size_ != 0 && size_ < 2 * kChunk) return 1;
  return eager_ ? 1 : std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
}

void TextChunks::scan_rows() {
  for (; scanned_ < text_.size(); ++scanned_) {
    const char c = text_[scanned_];
    if (c == '"') in_string_ = !in_string_;
    if (c != '\n' || in_string_) continue;
    units_.emplace_back(begin_, scanned_);
    begin_ = last_end_ = scanned_ + 1;
  }
}

void TextChunks::scan_values() {
  const auto end_unit = [this](std::size_t behind) {
    units_.emplace_back(begin_, behind);
    last_end_ = behind;
    in_unit_ = false;
    next_ = Next::comma;
  };
  for (; scanned_ < text_.size() && problem_.empty(); ++scanned_) {
    const char c = text_[scanned_];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        if (depth_ == 0) end_unit(scanned_ + 1);
      }
      continue;
    }
    const bool ends_scalar = is_blank(c) || c == ',' || c == ']' || c == '}';
    if (in_unit_ && depth_ == 0 && ends_scalar) end_unit(scanned_);
    if (is_blank(c) && !in_unit_) continue;
    if (in_unit_) {
      if (c == '"') in_string_ = true;
      if (c == '{' || c == '[') ++depth_;
      if ((c == '}' || c == ']') && --depth_ == 0) end_unit(scanned_ + 1);
      continue;
    }
    if (!std::exchange(started_, true) && c == '[') {
      in_array_ = true;
      last_end_ = scanned_ + 1;
      continue;
    }
    if (in_array_ && next_ == Next::nothing) {
      problem_ = "something stands behind the array";
    } else if (in_array_ && c == ']' && next_ != Next::value) {
      next_ = Next::nothing;
      last_end_ = scanned_ + 1;
    } else if (in_array_ && c == ',' && next_ == Next::comma) {
      next_ = Next::value;
      last_end_ = scanned_ + 1;
    } else if (c == ',' || c == ']' || c == '}' || (in_array_ && next_ == Next::comma)) {
      problem_ = std::string("`") + c + "` stands where " +
                 (in_array_ && next_ == Next::comma ? "a comma" : "a value") + " belongs";
    } else {
      begin_ = scanned_;
      in_unit_ = true;
      if (c == '"') in_string_ = true;
      if (c == '{' || c == '[') depth_ = 1;
    }
  }
}

void TextChunks::scan() {
  if (unit_ == Unit::row) return scan_rows();
  if (unit_ == Unit::value) return scan_values();
  const std::size_t found = text_.rfind('\n');
  if (found != text_.npos && found + 1 > last_end_) last_end_ = found + 1;
  scanned_ = text_.size();
}

Result<TextChunk> TextChunks::cut(std::size_t size) {
  TextChunk chunk{.order = order_++, .first_line = line_};
  std::string rest = text_.substr(size);
  text_.resize(size);
  chunk.text = std::exchange(text_, std::move(rest));
  line_ += static_cast<std::uint64_t>(std::count(chunk.text.begin(), chunk.text.end(), '\n'));
  chunk.units = std::exchange(units_, {});
  // No units at all must not be taken for lines.
  if (chunk.units.empty() && unit_ != Unit::line) chunk.text.clear();
  scanned_ -= std::min(scanned_, size);
  begin_ -= std::min(begin_, size);
  last_end_ = 0;
  return chunk;
}

Result<TextChunk> TextChunks::next() {
  const std::lock_guard lock(*mutex_);
  for (;;) {
    scan();
    if (!problem_.empty()) {
      const auto line =
          line_ +
          static_cast<std::uint64_t>(std::count(
              text_.begin(),
              text_.begin() + static_cast<std::ptrdiff_t>(std::min(scanned_, text_.size())), '\n'));
      return fail(wrong(Kind::invalid, "line " + std::to_string(line) + ": " + problem_));
    }
    const bool enough = eager_ || text_.size() >= kChunk || at_end_;
    if (last_end_ != 0 && enough && !together_) return cut(last_end_);
    if (at_end_) break;
    TRY(fill());
  }
  if (in_array_ && next_ != Next::nothing)
    return fail(wrong(Kind::incomplete, "the array is not closed: the input is not whole"));
  const bool is_empty = std::ranges::all_of(text_, is_blank);
  if (is_empty) return TextChunk{.order = order_, .end = true};
  // What stands behind the last end of a unit is one, too.
  if (unit_ != Unit::line) units_.emplace_back(begin_, text_.size());
  return cut(text_.size());
}

}  // namespace bpfmaps::entries
