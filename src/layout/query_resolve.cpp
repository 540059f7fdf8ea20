// SPDX-License-Identifier: BSD-2-Clause
#include "layout/query_resolve.h"

#include <cctype>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "layout/field_class.h"
#include "layout/path.h"

namespace bpfmaps::layout {
namespace {

bool is_name(const Token& token) {
  return token.is == Token::Is::word && token.text.find_first_of(":/") == std::string_view::npos &&
         (std::isalpha(static_cast<unsigned char>(token.text[0])) != 0 ||
          std::string_view("_.[").find(token.text[0]) != std::string_view::npos);
}

// Steps pass when the bit of what they find is set: 1 less, 2 equal, 4 greater, 8 not ordered.
std::uint8_t passing(Relation relation) {
  switch (relation) {
    case Relation::equal:
    case Relation::in: return 2;
    case Relation::unequal: return 1 | 4 | 8;
    case Relation::less: return 1;
    case Relation::less_equal: return 1 | 2;
    case Relation::greater: return 4;
    case Relation::greater_equal: return 4 | 2;
    case Relation::truth:
    case Relation::matches: break;
  }
  return 0;
}

Relation mirrored(Relation relation) {
  switch (relation) {
    case Relation::less: return Relation::greater;
    case Relation::less_equal: return Relation::greater_equal;
    case Relation::greater: return Relation::less;
    case Relation::greater_equal: return Relation::less_equal;
    default: return relation;
  }
}

bool is_equality(Relation relation) {
  return relation == Relation::equal || relation == Relation::unequal || relation == Relation::in;
}

Error not_one_value(const FieldRef& field) {
  const Node& node = *field.node;
  switch (node.shape) {
    case Shape::array:
      return field.wrong("is an array: ask for one element, like `" + field.path + "[0]`");
    case Shape::record: {
      std::vector<std::string_view> members;
      for (const Node& child : node.children) members.push_back(child.name);
      return field.wrong("is not one value", suggestion("", members, "its fields"));
    }
    default:
      return field.wrong("is bytes whose type is not known",
                         "name the type with --btf FILE; with --raw there are only bytes");
  }
}

}  // namespace

tl::unexpected<Error> QueryResolver::wrong(Error error, const Token& at) const {
  return fail(mark(std::move(error), expression_, at.end));
}

Result<Field> QueryResolver::field_of(const Token& token) const {
  if (token.is == Token::Is::text)
    return wrong(Error::usage("a text stands where a field should be named"), token);
  auto field = find_field(spec_, token.text);
  if (!field) return wrong(std::move(field).error(), token);
  return field;
}

// `3 < packets` is `packets > 3`.
Result<Field> QueryResolver::turn_around(Comparison& typed, Error why) const {
  const bool possible = typed.right.size() == 1 && typed.mask.is == Token::Is::end &&
                        is_name(typed.right[0]) && typed.relation != Relation::matches;
  if (!possible) return fail(std::move(why));
  auto field = field_of(typed.right[0]);
  if (is_name(typed.left) && !(field && is_enum_name(*field, typed.left)))
    return fail(std::move(why));
  if (!field) return field;
  std::swap(typed.left, typed.right[0]);
  typed.relation = mirrored(typed.relation);
  return field;
}

bool QueryResolver::is_enum_name(const Field& field, const Token& token) const {
  std::int64_t unused = 0;
  return field.node().shape == Shape::enumeration &&
         layout_of(spec_, field).names_of(field.node()).value_of(token.text, unused);
}

Result<Joined> QueryResolver::resolve(const Comparison& original) {
  if (original.age.is != Token::Is::end) return age(original);
  Comparison typed = original;
  auto field = field_of(typed.left);
  if (!field) {
    field = TRY(turn_around(typed, std::move(field).error()));
    if (typed.relation == Relation::in)
      return if_known(*field, negated(TRY(covers(*field, typed.right[0])), typed.negated));
  }
  return if_known(*field, negated(TRY(ask(*field, typed)), typed.negated));
}

Result<Joined> QueryResolver::ask(const Field& field, const Comparison& typed) {
  const Node& node = field.node();
  if (spec_.listed && node.shape == Shape::array) return any_of(field, typed);
  if (class_of(node) == FieldClass::none) return wrong(not_one_value(field.ref()), typed.left);
  if (typed.mask.is != Token::Is::end) return masked(field, typed);
  if (typed.relation == Relation::truth) return truth(field, typed);
  if (typed.relation == Relation::matches) return pattern(field, typed);
  if (class_of(node) == FieldClass::truth && !is_equality(typed.relation))
    return wrong(field.ref().wrong("is true or false: compare with == or !="), typed.sign);
  if (class_of(node) == FieldClass::prefix && !is_equality(typed.relation))
    return wrong(field.ref().wrong("is a prefix: compare with ==, != or in"), typed.sign);
  if (typed.right.size() == 1) return ask_one(field, typed, typed.right[0]);
  Joined joined{.how = Joined::How::any};
  for (const Token& right : typed.right) joined.parts.push_back(TRY(ask_one(field, typed, right)));
  return joined;
}

Result<Joined> QueryResolver::ask_one(const Field& field, const Comparison& typed,
                                      const Token& right) {
  const Node& node = field.node();
  if (class_of(node) == FieldClass::prefix) return prefix(field, typed, right);
  if (is_name(right) && !is_enum_name(field, right)) {
    auto other = find_field(spec_, right.text);
    if (other) return pair(field, typed, *other);
    // Where no word can be meant, a field was.
    if (class_of(node) == FieldClass::number && node.shape != Shape::enumeration)
      return wrong(std::move(other).error(), right);
  }
  if (class_of(node) == FieldClass::text) return text(field, typed.relation, right);
  if (class_of(node) == FieldClass::address && right.text.find('/') != std::string_view::npos) {
    if (typed.relation == Relation::in) return within(field, right);
    return wrong(field.ref().wrong("is one address: a prefix stands behind `in`"), right);
  }
  const Wide number = TRY(number_of(field, node, right));
  return compared(place_of(field), *ordinal_of(node), typed.relation, number);
}

Result<Joined> QueryResolver::masked(const Field& field, const Comparison& typed) {
  const Node& node = field.node();
  const auto read = ordinal_of(node);
  if (!read || read->is_wide() || read->is_float() || class_of(node) == FieldClass::truth)
    return wrong(field.ref().wrong("has no bits to ask for with &"), typed.mask);
  Node plain = node;  // bits have no sign
  plain.is_signed = false;
  if (plain.shape == Shape::signed_int) plain.shape = Shape::unsigned_int;
  Ordinal bits = *ordinal_of(plain);
  bits.mask = static_cast<std::uint64_t>(TRY(number_of(field, plain, typed.mask)));
  if (typed.relation == Relation::truth) return negated(range(place_of(field), bits, 0, 0));
  if (typed.relation == Relation::matches)
    return wrong(field.ref().wrong("is a number, and a pattern asks for text"), typed.sign);
  Joined joined{.how = Joined::How::any};
  for (const Token& right : typed.right) {
    const Wide number = TRY(number_of(field, plain, right));
    joined.parts.push_back(compared(place_of(field), bits, typed.relation, number));
  }
  return joined;
}

Result<Joined> QueryResolver::truth(const Field& field, const Comparison& typed) {
  const Node& node = field.node();
  if (spec_.listed && class_of(node) == FieldClass::text)
    return negated(TRY(text(field, Relation::equal, {.is = Token::Is::text})));
  const bool asks_itself = node.meaning == Meaning::plain &&
                           (node.shape == Shape::boolean || node.shape == Shape::unsigned_int ||
                            node.shape == Shape::signed_int);
  if (!asks_itself) return wrong(field.ref().wrong("is compared with nothing"), typed.left);
  const Ordinal read = *ordinal_of(node);
  return negated(range(place_of(field), read, read.bias, read.bias));
}

Result<Joined> QueryResolver::pattern(const Field& field, const Comparison& typed) {
  if (class_of(field.node()) != FieldClass::text)
    return wrong(field.ref().wrong("is no text, and a pattern asks for text"), typed.sign);
  const Token& right = typed.right[0];
  if (right.is != Token::Is::text)
    return wrong(Error::usage("a pattern stands in quotes, not `" + std::string(right.text) + "`"),
                 right);
  Step step{.left = place_of(field)};
  PlainPattern plain;
  if (is_plain(right.text, plain)) {
    step.test = Step::Test::plain;
    step.index = static_cast<std::uint32_t>(query_.plains_.size());
    query_.plains_.push_back(std::move(plain));
  } else {
    auto regex = Regex::compile(right.text);
    if (!regex) return wrong(std::move(regex).error(), right);
    step.test = Step::Test::regex;
    step.index = static_cast<std::uint32_t>(query_.patterns_.size());
    query_.patterns_.push_back(*std::move(regex));
  }
  return add(step);
}

Result<Joined> QueryResolver::text(const Field& field, Relation relation, const Token& right) {
  if (right.is != Token::Is::text)
    return wrong(field.ref().wrong("takes a text in quotes, not `" + std::string(right.text) + "`",
                                   "write it as \"" + std::string(right.text) + "\""),
                 right);
  if (!spec_.listed) TRY(bytes_of(field, field.node(), right));
  const std::string with = unescape(right.text);
  if (with.find('\0') != std::string::npos)
    return wrong(field.ref().wrong("ends at the first NUL and never holds one"), right);
  query_.texts_.push_back(with);
  return add({.test = Step::Test::text,
              .passing = passing(relation),
              .left = place_of(field),
              .index = static_cast<std::uint32_t>(query_.texts_.size() - 1)});
}

Result<Joined> QueryResolver::pair(const Field& left, const Comparison& typed, const Field& right) {
  const Node &a = left.node(), &b = right.node();
  if (class_of(b) == FieldClass::none) return wrong(not_one_value(right.ref()), typed.right[0]);
  if (class_of(a) != class_of(b) || a.meaning != b.meaning)
    return wrong(
        left.ref().wrong("cannot be compared with `" + right.ref().path + "` (" + b.type + ")"),
        typed.right[0]);
  Step step{.test = class_of(a) == FieldClass::text ? Step::Test::text_pair : Step::Test::pair,
            .passing = passing(typed.relation),
            .left = place_of(left),
            .right = place_of(right)};
  if (class_of(a) != FieldClass::text) step.read = *ordinal_of(a), step.read_right = *ordinal_of(b);
  return if_known(right, add(step));
}

Result<Joined> QueryResolver::any_of(const Field& list, Comparison typed) {
  // "No element is", not "one is not".
  const bool negate = typed.relation == Relation::unequal;
  if (negate) typed.relation = Relation::equal;
  Joined joined{.how = Joined::How::any};
  for (std::uint32_t i = 0; i < list.node().count; ++i) {
    Field element = list;
    element.way.push_back(element_of(list.ref(), i));
    element.way.back().path = list.ref().path;
    joined.parts.push_back(TRY(ask(element, typed)));
  }
  return negated(std::move(joined), negate);
}

Joined QueryResolver::if_known(const Field& field, Joined asked) {
  if (!spec_.listed) return asked;
  const FieldRef& member = field.way[field.way.size() > 1 ? 1 : 0];
  const auto offset = static_cast<std::uint32_t>(member.offset) + member.node->size;
  Joined both{.how = Joined::How::all};
  both.parts.push_back(range({field.of_key, offset, 1}, {.load = Ordinal::Load::u8}, 1, 1));
  both.parts.push_back(std::move(asked));
  return both;
}

Result<std::vector<unsigned char>> QueryResolver::bytes_of(const Field& field, const Node& node,
                                                           const Token& token) const {
  constexpr std::size_t kWindow = 9;  // a bitfield's 64 bits touch nine bytes
  std::vector<unsigned char> bytes(node.size + kWindow);
  Canvas canvas(bytes);
  std::string text = token.is == Token::Is::text ? unescape(token.text) : std::string(token.text);
  if (node.is_number() || node.shape == Shape::wide_int)
    text = without_unit(text).value_or(std::move(text));
  Status encoded =
      encode(layout_of(spec_, field), {&node, 0, field.ref().path}, text, Origin::text, canvas);
  if (!encoded) return wrong(std::move(encoded).error(), token);
  return bytes;
}

Result<Wide> QueryResolver::number_of(const Field& field, const Node& node,
                                      const Token& token) const {
  const auto bytes = TRY(bytes_of(field, node, token));
  return ordinal_of(node)->read(bytes.data());
}

Joined QueryResolver::add(Step step) {
  query_.steps_.push_back(step);
  return {.one = query_.steps_.size() - 1};
}

Joined QueryResolver::range(const FieldPlace& place, const Ordinal& read, Wide low, Wide high) {
  Step step{.left = place, .read = read};
  if (read.is_wide()) {
    step.test = Step::Test::wide_range;
    step.index = static_cast<std::uint32_t>(query_.wides_.size());
    query_.wides_.push_back({low, high - low});
  } else {
    step.low = static_cast<std::uint64_t>(low);
    step.span = static_cast<std::uint64_t>(high - low);
  }
  return add(step);
}

Joined QueryResolver::compared(const FieldPlace& place, const Ordinal& read, Relation relation,
                               Wide with) {
  const Wide greatest = read.greatest();
  const auto never = [&] { return negated(range(place, read, 0, ~Wide{0})); };
  if (relation == Relation::unequal) return negated(range(place, read, with, with));
  if (is_equality(relation)) return range(place, read, with, with);
  if (with > greatest) return never();  // nothing is in order with NaN
  switch (relation) {
    case Relation::less: return with == 0 ? never() : range(place, read, 0, with - 1);
    case Relation::less_equal: return range(place, read, 0, with);
    case Relation::greater:
      return with == greatest ? never() : range(place, read, with + 1, greatest);
    default: return range(place, read, with, greatest);
  }
}

}  // namespace bpfmaps::layout
