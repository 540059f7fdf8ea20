// SPDX-License-Identifier: BSD-2-Clause
// ListQuery: what --where, --sort, --top, --limit, --fields, -q and
// --no-headers ask of a list, in the language of entries, and how the list is
// then printed.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "commands/shared/unknown.h"
#include "entries/options.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// The options of a list: its own, and those that go with every list.
template <cli::Option... Own>
inline constexpr std::array kListOptions = {Own...,
                                            cli::Option::where,
                                            cli::Option::sort,
                                            cli::Option::top,
                                            cli::Option::limit,
                                            cli::Option::fields,
                                            cli::Option::vertical,
                                            cli::Option::human,
                                            cli::Option::quiet,
                                            cli::Option::no_headers};

class ListQuery {
 public:
  /// Checks what `request` asks against `columns`, all that the list may have, before anything is
  /// read. --quiet prints the field `id`. Errors are of Kind::usage and name the option.
  static Result<ListQuery> from(const cli::Request& request, std::vector<output::Column> columns,
                                std::string_view id = "id");

  /// Asks for what `where` holds for; "" asks for all.
  static Result<ListQuery> asking(const std::string& where, std::vector<output::Column> columns);

  /// Whether something is asked of that field, which may be dear to find out.
  bool names(std::string_view field) const;
  /// The --where that holds, and another one; "" asks for all. After an error all is as it was.
  std::string where() const { return asked_.where.value_or(""); }
  Status set_where(const std::string& where);
  /// All columns there are, and those that are shown in that form.
  const std::vector<output::Column>& columns() const { return columns_; }
  std::vector<output::Column> shown(const output::Style& style) const;
  /// The fields of `record` that --fields names; all of them without it.
  output::Record only_named(const output::Record& record) const;
  /// Leaves what is asked for in `records`, in the order that is asked for.
  Status apply(std::vector<output::Record>& records) const;
  /// Whether apply() has anything to do.
  bool asks_of_all() const;
  /// apply(), then prints: in tables and CSV the columns that were given, or those of --fields. An
  /// empty list says `empty` on standard error; so is said what the terminal has no room for, and
  /// what is not known of some.
  Status print(std::vector<output::Record> records, Context& context, std::string_view empty) const;

  /// Drops a column that was not asked for: it is neither shown nor missed.
  void without(std::string_view field);

 private:
  friend class ListPrinter;

  std::vector<output::Column> columns_;
  entries::QueryOptions asked_;
  std::string_view id_;
  bool quiet_ = false;
};

/// ListQuery::print() for long lists: a record is kept only where the query asks something of all.
class ListPrinter {
 public:
  /// Both outlive it.
  ListPrinter(const ListQuery& query, Context& context);
  /// Prints it at once where that can be done.
  void add(output::Record record);
  /// Prints what is left to print, and says what ListQuery::print() does.
  Status end(std::string_view empty);

 private:
  void put(const output::Record& record);

  const ListQuery& query_;
  Context& context_;
  const std::vector<output::Column> columns_;
  bool any_ = false, printed_ = false;
  std::vector<output::Record> kept_;
  output::RecordTable table_;
  std::optional<output::ListStream> stream_;
  UnknownFields unknown_;
};

}  // namespace bpfmaps::commands
