// SPDX-License-Identifier: BSD-2-Clause
#include "entries/stream.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/caught.h"
#include "entries/pipeline.h"
#include "entries/untold_keys.h"
#include "layout/text_bound.h"

namespace bpfmaps::entries {
namespace {

// Lets one thread at a time write, in the order of parts. The first failure ends all turns.
class Turns {
 public:
  /// Waits until all parts before `order` are written; false once it is over.
  bool wait(std::uint64_t order) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ == order || over_; });
    return !over_;
  }
  void pass() {
    const std::lock_guard lock(mutex_);
    ++next_;
    changed_.notify_all();
  }
  void end(Status status) {
    const std::lock_guard lock(mutex_);
    if (!over_) status_ = std::move(status);
    over_ = true;
    changed_.notify_all();
  }
  /// What ended them; after all threads are done.
  Status status() { return std::move(status_); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;
  bool over_ = false;
  Status status_;
};

// Whether keys are shown with all of their fields: those that --fields leaves out are no surprise.
bool shows_whole_keys(const TypedMap& typed, const DumpQuery& asked) {
  if (!asked.fields) return true;
  const layout::RowSpec shown = asked.fields->spec(), all = typed.row_spec();
  return shown.key != nullptr && all.key != nullptr && shown.key->root() == all.key->root();
}

// Entries whose rows are made before they are written: types decide how much text one can become.
std::uint32_t rows_at_once(const layout::RowSpec& spec) {
  constexpr std::uint64_t kMostText = 32 << 20;
  const std::uint64_t each = std::max<std::uint64_t>(layout::text_bound(spec), 1);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(kMostText / each, 1, kMostText));
}

void write_rows(const Entries& entries, std::uint32_t at_once, bool first, const layout::Rows& rows,
                output::Writer& out, Buffer& text) {
  for (std::uint32_t at = 0; at < entries.count && out.good(); at += at_once, first = false) {
    text.clear();
    rows.append(entries.some(at, at_once), text);
    out.write_block(text.text().substr(first ? rows.separator() : 0));
  }
}

class Stream {
 public:
  Stream(const TypedMap& typed, const DumpQuery& asked, layout::Rows& rows, output::Writer& out)
      : typed_(typed),
        asked_(asked),
        rows_(rows),
        out_(out),
        untold_(typed),
        whole_keys_(shows_whole_keys(typed, asked)),
        left_(asked.limit),
        at_once_(rows_at_once(typed.row_spec())) {}

  Status run(kernel::Source& source) {
    if (left_ != 0)
      TRY(on_threads(source, [this](kernel::PartReader& reader) {
        // The others must not wait for the turn of a thread that is gone.
        if (Status worked = caught([&] { work(reader); }); !worked) turns_.end(std::move(worked));
      }));
    TRY(turns_.status());
    Buffer text;
    if (!begun_) rows_.begin({}, false, text);
    rows_.finish(begun_, text);
    out_.write(text.text());
    return {};
  }

  /// What to say of the keys that were printed.
  std::string remark() const { return untold_.remark(untold_keys_); }

 private:
  void work(kernel::PartReader& reader) {
    EntryPipeline stage(typed_, asked_.filter());
    Buffer text;
    for (;;) {
      const Result<kernel::Part> part = reader.next();
      if (!part) return turns_.end(fail(part.error()));
      if (part->end) return;
      const Entries kept = stage(part->entries);
      const std::uint64_t untold = whole_keys_ ? untold_.count(kept) : 0;
      text.clear();
      // Before the first entries to show nothing can be formatted: tables learn from them.
      const bool early = begun_.load(std::memory_order_acquire);
      const bool ready = early && kept.count <= at_once_;
      if (ready) rows_.append(kept, text);
      if (!turns_.wait(part->order)) return;
      if (kept.count != 0) put(kept, ready, untold, text);
      if (left_ == 0 || !out_.good()) return turns_.end({});
      turns_.pass();
    }
  }

  // In the turn of the part that `kept` belongs to; `text` has its rows when they are `ready`, and
  // `untold` of them have keys that are not told.
  void put(Entries kept, bool ready, std::uint64_t untold, Buffer& text) {
    if (kept.count > left_) {
      kept.count = static_cast<std::uint32_t>(left_);
      ready = false;
      if (untold != 0) untold = untold_.count(kept);
    }
    untold_keys_ += untold;
    left_ -= kept.count;
    const bool first = !begun_;
    if (first) begin(kept);
    if (ready) return out_.write_block(text.text());
    write_rows(kept, at_once_, first, rows_, out_, text);
  }

  void begin(const Entries& sample) {
    Buffer text;
    const bool more = left_ != 0 && sample.count < typed_.map.info().max_entries;
    rows_.begin(sample, more, text);
    out_.write(text.text());
    begun_.store(true, std::memory_order_release);
  }

  const TypedMap& typed_;
  const DumpQuery& asked_;
  layout::Rows& rows_;
  output::Writer& out_;
  const UntoldKeys untold_;
  const bool whole_keys_;
  Turns turns_;
  std::atomic<bool> begun_ = false;
  std::uint64_t untold_keys_ = 0;  // of those written; looked at in turn
  std::uint64_t left_;             // entries that may still be written; looked at in turn
  const std::uint32_t at_once_;
};

Status stream_sorted(kernel::Source& source, const TypedMap& typed, const DumpQuery& asked,
                     layout::Rows& rows, output::Writer& out, const Remark& remark) {
  const EntrySizes sizes = entry_sizes(typed);
  const auto ranking = [&] {
    return layout::Ranking(*asked.order, asked.limit, sizes.key, sizes.value);
  };
  layout::Ranking all = ranking();
  TRY(gather(source, typed, asked.filter(), ranking,
             [&](layout::Ranking some) { all.merge(std::move(some)); }));
  all.sort();
  const std::uint32_t at_once = rows_at_once(typed.row_spec());
  Entries entries = all.chunk(0);
  Buffer text;
  rows.begin(entries, entries.count < all.count(), text);
  out.write(text.text());
  const UntoldKeys untold(typed);
  const bool whole_keys = shows_whole_keys(typed, asked);
  std::uint64_t count = 0;
  for (std::uint64_t at = 0; entries.count != 0 && out.good(); entries = all.chunk(at)) {
    if (whole_keys) count += untold.count(entries);
    write_rows(entries, at_once, at == 0, rows, out, text);
    at += entries.count;
  }
  text.clear();
  rows.finish(all.count() != 0, text);
  out.write(text.text());
  if (const std::string told = untold.remark(count); !told.empty()) remark(told);
  return {};
}

}  // namespace

Status stream(kernel::Source& source, const TypedMap& typed, const DumpQuery& asked,
              layout::Rows& rows, output::Writer& out, const Remark& remark) {
  if (asked.order) {
    TRY(stream_sorted(source, typed, asked, rows, out, remark));
  } else {
    Stream all(typed, asked, rows, out);
    TRY(all.run(source));
    if (const std::string told = all.remark(); !told.empty()) remark(told);
  }
  if (const std::string told = change_text(source); !told.empty()) remark(told);
  return {};
}

void print_entry(const Entries& entry, layout::Rows& rows, output::Writer& out) {
  Buffer text, row;
  rows.begin(entry, false, text);
  rows.append(entry, row);
  text.append(row.text().substr(rows.separator()));
  rows.finish(true, text);
  out.write(text.text());
}

std::string print_entry(Entries entry, const TypedMap& typed, const MakeRows& make,
                        output::Writer& out) {
  const bool has_key = entry.keys != nullptr;
  if (typed.resolver && (has_key || !typed.resolver->of_keys()))
    entry = typed.resolver->resolve(entry);
  EntryPipeline stage(typed, nullptr);
  layout::RowSpec spec = typed.row_spec();
  if (!has_key) spec.key = nullptr;
  spec.single = true;
  const UntoldKeys untold(typed);
  print_entry(stage(entry), *make(spec), out);
  std::string remark = untold.remark(untold.count(entry));
  if (const std::string gap = gap_text(typed); !gap.empty())
    remark.append(remark.empty() ? "" : "; ").append(gap);
  return remark;
}

}  // namespace bpfmaps::entries
