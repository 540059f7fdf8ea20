// SPDX-License-Identifier: BSD-2-Clause
#include "layout/query_parse.h"

#include <algorithm>
#include <optional>

namespace bpfmaps::layout {
namespace {

constexpr int kMaxDepth = 64;

struct Sign {
  std::string_view text;
  Relation relation;
  bool negated = false;
};
constexpr Sign kSigns[] = {
    {"==", Relation::equal},         {"=", Relation::equal},       {"!=", Relation::unequal},
    {"<", Relation::less},           {"<=", Relation::less_equal}, {">", Relation::greater},
    {">=", Relation::greater_equal}, {"=~", Relation::matches},    {"!~", Relation::matches, true},
};

class Grammar {
 public:
  Grammar(std::string_view expression, const std::vector<Token>& tokens, const Resolve& resolve)
      : expression_(expression), tokens_(tokens), resolve_(resolve) {}

  Result<Joined> run() {
    if (peek().is == Token::Is::end) return fail(wrong("the expression is empty"));
    Joined joined = TRY(any(0));
    if (peek().is != Token::Is::end)
      return fail(wrong(describe(peek()) + " cannot follow a comparison",
                        "join comparisons with && or ||"));
    return joined;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  Token next() {
    const Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool take(std::string_view sign, std::string_view word = {}) {
    if (!(peek() == sign) && !(!word.empty() && peek().is_word(word))) return false;
    next();
    return true;
  }

  Error wrong(std::string what, std::string hint = {}) const {
    return mark(Error::usage(std::move(what), std::move(hint)), expression_, peek().end);
  }

  static std::string describe(const Token& token) {
    if (token.is == Token::Is::end) return "the end";
    const char* const quote = token.is == Token::Is::text ? "\"" : "";
    return "`" + (quote + std::string(token.text)) + quote + "`";
  }

  // One part, or several with `sign` between them.
  Result<Joined> joined(Joined::How how, int depth, std::string_view sign, std::string_view word,
                        Result<Joined> (Grammar::*part)(int)) {
    Joined first = TRY((this->*part)(depth));
    if (!(peek() == sign) && !peek().is_word(word)) return first;
    Joined all{.how = how};
    all.parts.push_back(std::move(first));
    while (take(sign, word)) all.parts.push_back(TRY((this->*part)(depth)));
    return all;
  }

  Result<Joined> any(int depth) {
    return joined(Joined::How::any, depth, "||", "or", &Grammar::all);
  }
  Result<Joined> all(int depth) {
    return joined(Joined::How::all, depth, "&&", "and", &Grammar::one);
  }

  Result<Joined> one(int depth) {
    if (depth > kMaxDepth)
      return fail(
          wrong("the expression nests deeper than " + std::to_string(kMaxDepth) + " levels"));
    if (take("!", "not")) {
      Joined inner = TRY(one(depth + 1));
      inner.negated = !inner.negated;
      return inner;
    }
    if (is_masked_in_parentheses() || !take("(")) return comparison();
    Joined inner = TRY(any(depth + 1));
    if (!take(")")) return fail(wrong("`)` is missing"));
    return inner;
  }

  // C needs parentheses around `(flags & 2) == 2`; they are no group of their own.
  bool is_masked_in_parentheses() const {
    return peek() == "(" && peek(2) == "&" && peek(4) == ")";
  }

  Result<Token> operand() {
    if (peek().is != Token::Is::word && peek().is != Token::Is::text)
      return fail(wrong("a field or a value is missing before " + describe(peek())));
    return next();
  }

  Result<Joined> comparison() {
    if (peek().is_word("age") && peek(1) == "(") return age();
    const bool parentheses = is_masked_in_parentheses();
    if (parentheses) next();
    Comparison made{.left = TRY(operand())};
    if (take("&")) made.mask = TRY(operand());
    if (parentheses) next();
    TRY(relation(made));
    return resolve_(made);
  }

  Result<Joined> age() {
    Comparison made{.age = next()};
    next();
    made.left = TRY(operand());
    if (take(",")) made.clock = TRY(operand());
    if (!take(")")) return fail(wrong("`)` is missing before " + describe(peek())));
    TRY(relation(made));
    return resolve_(made);
  }

  Status relation(Comparison& made) {
    if (const Sign* sign = find_sign(peek())) {
      made.relation = sign->relation;
      made.negated = sign->negated;
      made.sign = next();
      made.right.push_back(TRY(operand()));
      return {};
    }
    const bool negated = peek().is_word("not") && peek(1).is_word("in");
    if (negated) next();
    if (!peek().is_word("in")) return {};
    made.relation = Relation::in;
    made.negated = negated;
    made.sign = next();
    if (!take("(")) {
      made.right.push_back(TRY(operand()));
      return {};
    }
    do {
      made.right.push_back(TRY(operand()));
    } while (take(","));
    if (!take(")")) return fail(wrong("`,` or `)` is missing before " + describe(peek())));
    return {};
  }

  static const Sign* find_sign(const Token& token) {
    const auto* at = std::find_if(std::begin(kSigns), std::end(kSigns),
                                  [&](const Sign& sign) { return token == sign.text; });
    return at == std::end(kSigns) ? nullptr : at;
  }

  const std::string_view expression_;
  const std::vector<Token>& tokens_;
  const Resolve& resolve_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Joined> parse_query(std::string_view expression, const std::vector<Token>& tokens,
                           const Resolve& resolve) {
  return Grammar(expression, tokens, resolve).run();
}

}  // namespace bpfmaps::layout
