// SPDX-License-Identifier: BSD-2-Clause
// What --where asks of times: age(FIELD) becomes a comparison of the field with a time that is
// settled when the expression is compiled, so that asking costs what other numbers cost.
#include <algorithm>

#include "layout/field_class.h"
#include "layout/query_resolve.h"
#include "layout/times.h"

namespace bpfmaps::layout {
namespace {

// A time that is earlier is older.
Relation of_time(Relation of_age) {
  switch (of_age) {
    case Relation::less: return Relation::greater;
    case Relation::less_equal: return Relation::greater_equal;
    case Relation::greater: return Relation::less;
    default: return Relation::less_equal;
  }
}

}  // namespace

Result<std::uint64_t> QueryResolver::now_of(const Comparison& typed) const {
  if (now_ == nullptr)
    return wrong(Error::usage("ages can be asked of the entries of a map only"), typed.age);
  if (typed.clock.is == Token::Is::end) return now_->mono;
  auto clock = clock_from_name(typed.clock.text);
  if (!clock) return wrong(std::move(clock).error(), typed.clock);
  return time_of(*now_, *clock);
}

Result<Joined> QueryResolver::age(const Comparison& typed) {
  const std::uint64_t now = TRY(now_of(typed));
  const Field field = TRY(field_of(typed.left));
  const Node& node = field.node();
  if (node.shape != Shape::unsigned_int || !node.is_countable() || node.size != 8 || node.bits != 0)
    return wrong(field.ref().wrong("is no time: an age is that of 64 bits of nanoseconds"),
                 typed.left);
  // Where any CPU's value were enough, entries that another CPU uses now would look old.
  if (!spec_.cpus.empty() && !field.of_key)
    return wrong(field.ref().wrong("has a value for each CPU", "--cpu max asks the latest of them"),
                 typed.left);
  switch (typed.relation) {
    case Relation::less:
    case Relation::less_equal:
    case Relation::greater:
    case Relation::greater_equal: break;
    default:
      return wrong(Error::usage("an age is compared with < <= > or >=, such as `age(" +
                                std::string(typed.left.text) + ") > 60s`"),
                   typed.sign.is == Token::Is::end ? typed.left : typed.sign);
  }
  const Token& right = typed.right[0];
  const auto age = static_cast<std::uint64_t>(TRY(number_of(field, node, right)));
  // 0 is no time but "never", which is older than all others: it stays below the time in question.
  const bool zero_fits_below =
      typed.relation == Relation::greater || typed.relation == Relation::less_equal;
  const std::uint64_t time = std::max<std::uint64_t>(now > age ? now - age : 0, zero_fits_below);
  return compared(place_of(field), *ordinal_of(node), of_time(typed.relation), time);
}

}  // namespace bpfmaps::layout
