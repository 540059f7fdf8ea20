// SPDX-License-Identifier: BSD-2-Clause
// The way from a source to text, without a kernel: a source that the test makes.
#include "entries/stream.h"

#include <bpf/btf.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "entries/pipeline.h"
#include "layout/compile.h"

namespace bpfmaps::entries {
namespace {

using testing::HasSubstr;

/// Entries of u32 keys and u64 values: parts of `in_part` entries, the value of key K being 10 * K.
class MadeSource final : public kernel::Source {
 public:
  MadeSource(unsigned parts, unsigned in_part, unsigned readers)
      : parts_(parts), in_part_(in_part), readers_(readers) {
    for (std::uint32_t i = 0; i < parts * in_part; ++i) {
      keys_.push_back(i);
      values_.push_back(std::uint64_t{i} * 10);
    }
  }
  unsigned most_readers() const override { return readers_; }
  std::unique_ptr<kernel::PartReader> reader() override { return std::make_unique<One>(*this); }

  unsigned taken() const { return std::min(next_.load(), parts_); }
  /// The read of that part fails.
  void break_at(unsigned part) { broken_ = part; }

 private:
  class One final : public kernel::PartReader {
   public:
    explicit One(MadeSource& source) : source_(source) {}
    Result<kernel::Part> next() override {
      const unsigned part = source_.next_++;
      if (part >= source_.parts_) return kernel::Part{.order = part, .entries = {}, .end = true};
      if (part == source_.broken_)
        return fail(Error::refused(Kind::incomplete, "read map", "made", "it broke"));
      // Even parts are read more slowly, so that odd ones have to wait for their turn.
      if (part % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::size_t at = std::size_t{part} * source_.in_part_;
      return kernel::Part{
          .order = part,
          .entries = {.keys = reinterpret_cast<const unsigned char*>(&source_.keys_[at]),
                      .values = reinterpret_cast<const unsigned char*>(&source_.values_[at]),
                      .count = source_.in_part_,
                      .key_stride = sizeof(std::uint32_t),
                      .value_stride = sizeof(std::uint64_t)}};
    }

   private:
    MadeSource& source_;
  };

  const unsigned parts_, in_part_, readers_;
  unsigned broken_ = UINT32_MAX;
  std::atomic<unsigned> next_ = 0;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint64_t> values_;
};

class StreamTest : public testing::Test {
 protected:
  StreamTest() : file_(std::tmpfile(), std::fclose) {
    types_ = btf__new_empty();
    const int id = btf__add_int(types_, "u64", 8, 0);
    kernel::MapInfo info;
    info.key_size = 4;
    info.value_size = 8;
    info.max_entries = 1000;
    auto value = layout::compile(types_, static_cast<std::uint32_t>(id), 8);
    typed_ = std::make_unique<TypedMap>(kernel::Map(Fd(), info), kernel::ValueShape{{}, 0, 8},
                                        layout::Layout::index(), *std::move(value));
  }
  ~StreamTest() override {
    typed_.reset();
    btf__free(types_);
  }

  /// What the entries of `source` that are asked for look like as CSV.
  std::string text(kernel::Source& source, const QueryOptions& options, Status* status = nullptr) {
    const auto asked = make_dump_query(options, *typed_);
    EXPECT_TRUE(asked) << asked.error().message();
    const auto rows = layout::make_rows(typed_->row_spec(), {.form = output::Form::csv});
    output::Writer out(fileno(file_.get()));
    const Status streamed = stream(source, *typed_, *asked, *rows, out, [](const std::string&) {});
    if (status != nullptr)
      *status = streamed;
    else
      EXPECT_TRUE(streamed) << streamed.error().message();
    EXPECT_TRUE(out.finish());
    std::rewind(file_.get());
    std::string read;
    for (int c = 0; (c = std::fgetc(file_.get())) != EOF;) read += static_cast<char>(c);
    return read;
  }

  /// The rows that keys `from` to `to` make.
  static std::string rows(unsigned from, unsigned to) {
    std::string text;
    for (unsigned key = from; key <= to; ++key)
      text.append(std::to_string(key)).append(",").append(std::to_string(key * 10)) += "\n";
    return text;
  }

  static constexpr const char* kHead = "key,value\n";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  btf* types_ = nullptr;
  std::unique_ptr<TypedMap> typed_;
};

TEST_F(StreamTest, keeps_the_order_of_parts_however_many_threads_read) {
  for (const unsigned readers : {1u, 2u, 8u}) {
    SCOPED_TRACE(readers);
    std::rewind(file_.get());
    ASSERT_EQ(ftruncate(fileno(file_.get()), 0), 0);
    MadeSource source(40, 7, readers);
    EXPECT_EQ(text(source, {}), kHead + rows(0, 279));
  }
}

TEST_F(StreamTest, stops_at_the_limit_and_reads_little_more) {
  MadeSource source(1000, 2, 1);
  QueryOptions options;
  options.limit = 3;
  EXPECT_EQ(text(source, options), kHead + rows(0, 2));
  EXPECT_LE(source.taken(), 3u);
}

TEST_F(StreamTest, a_limit_of_zero_reads_nothing) {
  MadeSource source(10, 2, 4);
  QueryOptions options;
  options.limit = 0;
  EXPECT_EQ(text(source, options), kHead);
  EXPECT_EQ(source.taken(), 0u);
}

TEST_F(StreamTest, leaves_out_what_the_query_does_not_want) {
  MadeSource source(10, 3, 2);
  QueryOptions options;
  options.where = "value >= 250 && key != 27";
  EXPECT_EQ(text(source, options), kHead + rows(25, 26) + rows(28, 29));
}

TEST_F(StreamTest, sorts_what_all_threads_read) {
  MadeSource source(30, 5, 3);
  QueryOptions options;
  options.sort = "value:desc";
  options.limit = 2;
  EXPECT_EQ(text(source, options), kHead + rows(149, 149) + rows(148, 148));
}

TEST_F(StreamTest, an_error_of_one_reader_ends_all_and_leaves_the_answer_open) {
  MadeSource source(100, 2, 4);
  source.break_at(20);
  Status status;
  const std::string printed = text(source, {}, &status);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, Kind::incomplete);
  EXPECT_THAT(status.error().message(), HasSubstr("it broke"));
  const std::string whole = kHead + rows(0, 39);
  EXPECT_EQ(printed, whole.substr(0, printed.size()));
}

TEST_F(StreamTest, a_gatherer_a_thread_sees_each_entry_once) {
  MadeSource source(50, 4, 4);
  struct Sum {
    std::uint64_t keys = 0;
    void add(const Entries& entries, std::uint64_t) { keys += entries.count; }
  };
  std::uint64_t all = 0;
  EXPECT_TRUE(gather(
      source, *typed_, nullptr, [] { return Sum(); }, [&](const Sum& one) { all += one.keys; }));
  EXPECT_EQ(all, 200u);
}

TEST_F(StreamTest, a_question_that_makes_no_sense_names_its_option) {
  for (const char* where : {"nothing == 1", "value =="}) {
    QueryOptions options;
    options.where = where;
    const auto asked = make_dump_query(options, *typed_);
    ASSERT_FALSE(asked) << where;
    EXPECT_EQ(asked.error().kind, Kind::usage) << where;
    EXPECT_THAT(asked.error().message(), HasSubstr("--where: ")) << where;
  }
}

}  // namespace
}  // namespace bpfmaps::entries
