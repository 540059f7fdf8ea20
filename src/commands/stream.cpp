// SPDX-License-Identifier: BSD-2-Clause
#include "commands/stream.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace bpfmaps {
namespace {

// Values of all CPUs in, one value out; other maps pass through.
class Reducer {
 public:
  explicit Reducer(const layout::Reduction* reduction) : reduction_(reduction) {}

  Entries operator()(Entries entries) {
    if (reduction_ == nullptr) return entries;
    const std::size_t size = reduction_->size();
    values_.resize(size * entries.count);
    for (std::size_t i = 0; i < entries.count; ++i)
      reduction_->apply(entries.value(i), values_.data() + i * size);
    entries.values = values_.data();
    entries.value_stride = size;
    return entries;
  }

 private:
  const layout::Reduction* reduction_;
  std::vector<unsigned char> values_;
};

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

class Stream {
 public:
  Stream(const TypedMap& typed, layout::Rows& rows, output::Writer& out)
      : typed_(typed), rows_(rows), out_(out) {}

  Status run(kernel::Source& source) {
    const auto reader = source.reader();
    Reducer reduce(typed_.reduction.get());
    const kernel::Part first = TRY(reader->next());
    const Entries entries = reduce(first.entries);
    Buffer text;
    rows_.begin(entries, entries.count < typed_.map.info().max_entries, text);
    out_.write(text.text());
    if (!first.end) {
      write(entries, text);
      work_on_threads(source, *reader);
    }
    TRY(turns_.status());
    text.clear();
    rows_.finish(any_, text);
    out_.write(text.text());
    return {};
  }

 private:
  void work_on_threads(kernel::Source& source, kernel::PartReader& reader) {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < source.most_readers(); ++i)
      threads.emplace_back([this, &source] { work(*source.reader()); });
    work(reader);
    for (std::thread& thread : threads) thread.join();
  }

  void work(kernel::PartReader& reader) {
    Reducer reduce(typed_.reduction.get());
    Buffer text;
    for (;;) {
      const Result<kernel::Part> part = reader.next();
      if (!part) return turns_.end(fail(part.error()));
      if (part->end) return;
      text.clear();
      rows_.append(reduce(part->entries), text);
      if (!turns_.wait(part->order)) return;
      put(text.text());
    }
  }

  void write(const Entries& entries, Buffer& text) {
    text.clear();
    rows_.append(entries, text);
    put(text.text());
  }

  // In the turn of the part that `text` belongs to.
  void put(std::string_view text) {
    if (!text.empty()) {
      out_.write_block(any_ ? text : text.substr(rows_.separator()));
      any_ = true;
    }
    if (out_.good()) return turns_.pass();
    turns_.end({});
  }

  const TypedMap& typed_;
  layout::Rows& rows_;
  output::Writer& out_;
  Turns turns_;
  bool any_ = false;
};

}  // namespace

Status stream(kernel::Source& source, const TypedMap& typed, layout::Rows& rows,
              output::Writer& out) {
  return Stream(typed, rows, out).run(source);
}

void print_entry(const Entries& entry, layout::Rows& rows, output::Writer& out) {
  Buffer text;
  rows.begin(entry, false, text);
  rows.append(entry, text);
  rows.finish(true, text);
  out.write(text.text());
}

}  // namespace bpfmaps
