// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/list_query.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/text.h"
#include "commands/shared/map_options.h"
#include "commands/shared/record_rows.h"
#include "commands/shared/unknown.h"
#include "layout/query.h"
#include "layout/sort_key.h"

namespace bpfmaps::commands {

using layout::SortKey;
using output::Column;
using output::Record;

namespace {

/// --sort of a list is by its first element.
Result<SortKey> sort_key(const entries::QueryOptions& asked, const RecordRows& rows) {
  const auto usual = asked.top ? SortKey::Direction::descending : SortKey::Direction::ascending;
  auto word = TRY(entries::about("sort", layout::split_direction(*asked.sort)));
  std::string name(word.name);
  for (const layout::Node& node : rows.spec().value->root().children)
    if (node.name == name && node.shape == layout::Shape::array) name += "[0]";
  name += word.direction.value_or(usual) == SortKey::Direction::descending ? ":desc" : ":asc";
  return entries::about("sort", SortKey::compile(rows.spec(), name, usual));
}

Result<std::vector<Column>> picked(const std::vector<Column>& columns,
                                   const std::vector<std::string>& names) {
  std::vector<Column> found;
  for (const std::string& name : names) {
    const Column* column = find_column(columns, name);
    if (column == nullptr) {
      std::vector<std::string_view> known;
      for (const Column& one : columns) known.push_back(name_of(one));
      return fail(Error::usage("--fields: there is no field `" + name + "`",
                               suggestion(name, known, "fields")));
    }
    if (std::ranges::find(found, column->field, &Column::field) != found.end())
      return fail(Error::usage("--fields: `" + name + "` is given twice"));
    found.push_back(*column);
    found.back().heading = name_of(*column);
    found.back().rank = 0;  // nothing that was asked for is left out
    found.back().always = true;
  }
  if (found.empty()) return fail(Error::usage("--fields: no field is named"));
  return found;
}

/// The fields of `columns` and no others; null where a record has none.
Record with_fields(const Record& record, const std::vector<Column>& columns) {
  Record made;
  for (const Column& column : columns) {
    const output::Value* value = record.find(column.field);
    made.add(std::string(column.field), value == nullptr ? output::Value() : *value);
  }
  const output::Value* reasons = record.find(output::kUnknown);
  if (reasons == nullptr) return made;
  for (const output::Field& why : std::get<output::Value::Members>(reasons->data()))
    if (made.find(why.name) != nullptr) made.unknown(why.name, cell_text(why.value, {}));
  return made;
}

}  // namespace

Result<ListQuery> ListQuery::from(const cli::Request& request, std::vector<Column> columns,
                                  std::string_view id) {
  ListQuery query;
  query.columns_ = std::move(columns);
  query.id_ = id;
  query.asked_ = TRY(query_options(request));
  query.quiet_ = request.has(cli::Option::quiet);
  for (const cli::Option form : {cli::Option::json, cli::Option::pretty, cli::Option::jsonl,
                                 cli::Option::csv, cli::Option::fields})
    if (query.quiet_ && request.has(form))
      return fail(Error::usage("--quiet prints " + std::string(id) + " alone, one a line, and --" +
                                   std::string(cli::spec(form).name) + " asks for more",
                               "--fields " + std::string(id) + " --csv --no-headers"));
  const RecordRows none(query.columns_, {});
  const entries::QueryOptions& asked = query.asked_;
  if (asked.where) TRY(entries::about("where", layout::Query::compile(none.spec(), *asked.where)));
  if (asked.sort) TRY(sort_key(asked, none));
  if (asked.fields) TRY(picked(query.columns_, *asked.fields));
  return query;
}

Result<ListQuery> ListQuery::asking(const std::string& where, std::vector<Column> columns) {
  ListQuery query;
  query.columns_ = std::move(columns);
  TRY(query.set_where(where));
  return query;
}

Status ListQuery::set_where(const std::string& where) {
  const RecordRows none(columns_, {});
  if (!where.empty()) TRY(entries::about("where", layout::Query::compile(none.spec(), where)));
  asked_.where = where.empty() ? std::nullopt : std::optional(where);
  return {};
}

Record ListQuery::only_named(const Record& record) const {
  return asked_.fields ? with_fields(record, shown(output::Style().as_json())) : record;
}

bool ListQuery::names(std::string_view field) const {
  ListQuery less = *this;
  less.without(field);
  const RecordRows none(less.columns_, {});
  return (asked_.where && !layout::Query::compile(none.spec(), *asked_.where)) ||
         (asked_.sort && !sort_key(asked_, none)) ||
         (asked_.fields && !picked(less.columns_, *asked_.fields));
}

void ListQuery::without(std::string_view field) {
  std::erase_if(columns_, [&](const Column& column) { return column.field == field; });
}

Status ListQuery::apply(std::vector<Record>& records) const {
  if (asked_.where) {
    const RecordRows rows(columns_, records);
    const auto query =
        TRY(entries::about("where", layout::Query::compile(rows.spec(), *asked_.where)));
    const layout::Matcher matcher(query);
    std::erase_if(records, [&](const Record& record) {
      return !matcher.fits(nullptr, rows.row(record).data());
    });
  }
  if (asked_.sort) {
    const RecordRows rows(columns_, records, 1);
    const SortKey key = TRY(sort_key(asked_, rows));
    struct Ranked {
      std::uint64_t rank;
      std::vector<unsigned char> row;
      std::size_t index;
    };
    std::vector<Ranked> order;
    for (std::size_t i = 0; i < records.size(); ++i) {
      order.push_back({0, rows.row(records[i]), i});
      order.back().rank = key.rank(nullptr, order.back().row.data());
    }
    std::ranges::stable_sort(order, [&](const Ranked& a, const Ranked& b) {
      if (a.rank != b.rank) return a.rank < b.rank;
      return key.is_before(nullptr, a.row.data(), nullptr, b.row.data());
    });
    std::vector<Record> sorted;
    for (const Ranked& one : order) sorted.push_back(std::move(records[one.index]));
    records = std::move(sorted);
  }
  if (records.size() > asked_.limit) records.resize(asked_.limit);
  return {};
}

std::vector<Column> ListQuery::shown(const output::Style& style) const {
  if (!asked_.fields) return columns_;
  std::vector<Column> columns = *picked(columns_, *asked_.fields);
  // JSON and CSV know a field by its own name, which may be the heading of another one.
  if (!style.is_table())
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto same =
          std::ranges::find(columns_, std::string_view((*asked_.fields)[i]), &Column::field);
      if (same != columns_.end()) columns[i] = *same;
    }
  return columns;
}

bool ListQuery::asks_of_all() const {
  return asked_.where || asked_.sort || asked_.limit != entries::QueryOptions().limit;
}

Status ListQuery::print(std::vector<Record> records, Context& context,
                        std::string_view empty) const {
  ListPrinter printer(*this, context);
  for (Record& record : records) printer.add(std::move(record));
  return printer.end(empty);
}

ListPrinter::ListPrinter(const ListQuery& query, Context& context)
    : query_(query),
      context_(context),
      columns_(query.shown(context.style)),
      table_(context.out, context.style, columns_) {
  if (!query_.quiet_ && !context_.style.is_table())
    stream_.emplace(context_.out, context_.style, columns_);
}

void ListPrinter::add(Record record) {
  any_ = true;
  if (query_.asks_of_all())
    kept_.push_back(std::move(record));
  else
    put(record);
}

void ListPrinter::put(const Record& record) {
  printed_ = true;
  if (query_.quiet_) {
    const output::Value* id = record.find(query_.id_);
    if (id != nullptr && !id->is_empty()) context_.out.write(cell_text(*id, {}) + "\n");
    return;
  }
  unknown_.note(record, context_);
  const Record shown = query_.asked_.fields ? with_fields(record, columns_) : Record();
  const Record& one = query_.asked_.fields ? shown : record;
  if (stream_)
    stream_->add(one);
  else
    table_.add(one);
}

Status ListPrinter::end(std::string_view empty) {
  TRY(query_.apply(kept_));
  const bool is_empty = !printed_ && kept_.empty();
  if (is_empty && context_.style.is_table())
    context_.remark(std::string(empty) +
                    (any_ && query_.asked_.where ? " that --where asks for" : ""));
  for (const Record& record : kept_) put(record);
  if (query_.quiet_) return {};
  unknown_.remark(context_);
  if (stream_) return stream_->end(), Status();
  const auto dropped = table_.end();
  if (dropped.empty()) return {};
  std::string names;
  for (const std::string& name : dropped) names.append(names.empty() ? "" : ", ").append(name);
  context_.out.flush();
  context_.remark("no room for " + names + "; --fields shows what you name, and a pipe all");
  return {};
}

}  // namespace bpfmaps::commands
