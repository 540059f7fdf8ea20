// SPDX-License-Identifier: BSD-2-Clause
#include "layout/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <new>

#include "base/caught.h"

namespace bpfmaps::layout {
namespace {

// A pattern with nested repeats can try more ways than anybody waits for. A million are some ten
// milliseconds, and more than a sensible pattern takes on the longest text.
constexpr std::uint32_t kMostSteps = 1'000'000;
constexpr std::uint32_t kMostKibibytes = 64 << 10;                   // of the interpreter
constexpr std::size_t kFirstStack = 32 << 10, kMostStack = 1 << 20;  // bytes, of compiled patterns

std::string text_of(int code) {
  PCRE2_UCHAR text[128];
  if (pcre2_get_error_message(code, text, sizeof text) < 0) return "error " + std::to_string(code);
  return reinterpret_cast<const char*>(text);
}

}  // namespace

struct Regex::Compiled {
  Compiled(std::string_view from, pcre2_code* made) : pattern(from), code(made) {}
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() { pcre2_code_free(code); }

  std::string pattern;
  pcre2_code* code;
};

Result<Regex> Regex::compile(std::string_view pattern) {
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL |
                                     PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  int code = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* const made = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                                         pattern.size(), kOptions, &code, &at, nullptr);
  if (made == nullptr)
    return fail(
        Error::usage("`" + std::string(pattern) + "` is no regular expression: " + text_of(code)));
  Regex regex;
  regex.compiled_ = std::make_shared<const Compiled>(pattern, made);
  // Where no memory may be both written and run, PCRE2 interprets the pattern.
  (void)pcre2_jit_compile(made, PCRE2_JIT_COMPLETE);
  return regex;
}

struct RegexMatcher::Scratch {
  // A pair of positions for the whole match: nobody asks for more.
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kFirstStack, kMostStack, nullptr);
};

void RegexMatcher::Free::operator()(Scratch* scratch) const {
  pcre2_match_data_free(scratch->data);
  pcre2_match_context_free(scratch->context);
  pcre2_jit_stack_free(scratch->stack);
  delete scratch;
}

RegexMatcher::RegexMatcher() : scratch_(new Scratch) {
  if (scratch_->data == nullptr || scratch_->context == nullptr) throw std::bad_alloc();
  pcre2_set_match_limit(scratch_->context, kMostSteps);
  pcre2_set_heap_limit(scratch_->context, kMostKibibytes);
  if (scratch_->stack != nullptr)
    pcre2_jit_stack_assign(scratch_->context, nullptr, scratch_->stack);
}

bool RegexMatcher::matches(const Regex& regex, std::string_view text) const {
  const Regex::Compiled& compiled = *regex.compiled_;
  const auto match = [&](std::uint32_t options) {
    return pcre2_match(compiled.code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                       options, scratch_->data, scratch_->context);
  };
  int found = match(0);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) found = match(PCRE2_NO_JIT);
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH || found == PCRE2_ERROR_PARTIAL) return false;
  throw Thrown(Error::refused(
      Kind::incomplete, "match a pattern", "`" + compiled.pattern + "`",
      "whether a text of " + std::to_string(text.size()) +
          " bytes fits it cannot be told with a bounded effort: " + text_of(found),
      "repeats inside of repeats, as in (a*)*b, try every way to divide a text; one repeat, or an "
      "atomic group (?>...), says the same with one way"));
}

bool PlainPattern::matches(std::string_view subject) const {
  if (at_start && at_end) return subject == text;
  if (at_start) return subject.starts_with(text);
  if (at_end) return subject.ends_with(text);
  return subject.find(text) != std::string_view::npos;
}

bool is_plain(std::string_view pattern, PlainPattern& plain) {
  plain = {};
  if (pattern.starts_with('^')) plain.at_start = true, pattern.remove_prefix(1);
  if (pattern.ends_with('$')) plain.at_end = true, pattern.remove_suffix(1);
  plain.text = pattern;
  return pattern.find_first_of("\\^$.[]|()*+?{}") == pattern.npos;
}

}  // namespace bpfmaps::layout
