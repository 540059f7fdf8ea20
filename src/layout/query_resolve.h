// SPDX-License-Identifier: BSD-2-Clause
// What a comparison asks of the fields it names: refused where it makes no sense, otherwise turned
// into steps of a Query.
#pragma once

#include <string_view>

#include "layout/fields.h"
#include "layout/query.h"
#include "layout/query_parse.h"

namespace bpfmaps::layout {

class QueryResolver {
 public:
  /// Adds steps to `query`; errors show their place in `expression`.
  QueryResolver(const RowSpec& spec, std::string_view expression, const ClockTimes* now,
                Query& query)
      : spec_(spec), expression_(expression), now_(now), query_(query) {}

  Result<Joined> resolve(const Comparison& typed);

 private:
  using Step = Query::Step;

  tl::unexpected<Error> wrong(Error error, const Token& at) const;
  Result<Field> field_of(const Token& token) const;
  Result<Field> turn_around(Comparison& typed, Error why) const;
  bool is_enum_name(const Field& field, const Token& token) const;

  Result<Joined> ask(const Field& field, const Comparison& typed);
  Result<Joined> ask_one(const Field& field, const Comparison& typed, const Token& right);
  Result<Joined> masked(const Field& field, const Comparison& typed);
  Result<Joined> truth(const Field& field, const Comparison& typed);
  Result<Joined> pattern(const Field& field, const Comparison& typed);
  Result<Joined> text(const Field& field, Relation relation, const Token& right);
  Result<Joined> prefix(const Field& field, const Comparison& typed, const Token& right);
  Result<Joined> within(const Field& field, const Token& right);
  Result<Joined> covers(const Field& field, const Token& address);
  Result<std::uint64_t> now_of(const Comparison& typed) const;
  Result<Joined> age(const Comparison& typed);
  Result<Joined> pair(const Field& left, const Comparison& typed, const Field& right);

  /// Of rows of lists: an element of `list`, whichever, and that a field is there at all.
  Result<Joined> any_of(const Field& list, Comparison typed);
  Joined if_known(const Field& field, Joined asked);

  /// `token` as the bytes of `node`, which stands for `field` or a part of it.
  Result<std::vector<unsigned char>> bytes_of(const Field& field, const Node& node,
                                              const Token& token) const;
  Result<Wide> number_of(const Field& field, const Node& node, const Token& token) const;

  Joined add(Step step);
  Joined range(const FieldPlace& place, const Ordinal& read, Wide low, Wide high);
  Joined compared(const FieldPlace& place, const Ordinal& read, Relation relation, Wide with);

  const RowSpec& spec_;
  const std::string_view expression_;
  const ClockTimes* const now_;  // null where ages cannot be asked
  Query& query_;
};

}  // namespace bpfmaps::layout
