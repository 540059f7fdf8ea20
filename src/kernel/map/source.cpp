// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/source.h"

#include "kernel/map/map_kind.h"
#include "kernel/map/source_kinds.h"

namespace bpfmaps::kernel {
namespace {

class SingleReader final : public PartReader {
 public:
  explicit SingleReader(Reader& reader) : reader_(reader) {}

  Result<Part> next() override {
    const Entries entries = TRY(reader_.next());
    return Part{.order = order_++, .entries = entries, .end = entries.count == 0};
  }

 private:
  Reader& reader_;
  std::uint64_t order_ = 0;
};

class SingleSource final : public Source {
 public:
  explicit SingleSource(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
  unsigned most_readers() const override { return 1; }
  std::unique_ptr<PartReader> reader() override { return std::make_unique<SingleReader>(*reader_); }
  std::uint64_t restarts() const override { return reader_->restarts(); }

 private:
  std::unique_ptr<Reader> reader_;
};

}  // namespace

std::unique_ptr<Source> make_single_source(std::unique_ptr<Reader> reader) {
  return std::make_unique<SingleSource>(std::move(reader));
}

Result<std::unique_ptr<Source>> open_source(const Map& map, ReadRate rate) {
  const MapInfo& info = map.info();
  // Small maps never start a thread, nor ask what a thread would need to know.
  constexpr std::uint32_t kWorthDividing = 16384;
  if (info.max_entries >= kWorthDividing && rate == ReadRate::fast) {
    const ValueShape shape = TRY(value_shape(info));
    std::unique_ptr<Source> source;
    if (is_plain_array(info.type)) source = make_mapped_source(map);
    if (source == nullptr && is_array(info.type)) source = make_index_source(map, shape.size);
    if (kind_of(info.type).buckets) source = make_bucket_source(map, shape.size);
    if (source != nullptr) return source;
  }
  return make_single_source(TRY(open_reader(map, rate)));
}

}  // namespace bpfmaps::kernel
