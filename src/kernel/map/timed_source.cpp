// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/timed_source.h"

#include "base/time.h"

namespace bpfmaps::kernel {
namespace {

class TimedReader final : public PartReader {
 public:
  TimedReader(std::unique_ptr<PartReader> reader, std::uint64_t deadline_ns)
      : reader_(std::move(reader)), deadline_ns_(deadline_ns) {}

  Result<Part> next() override {
    if (monotonic_ns() >= deadline_ns_)
      return fail(Error::refused(Kind::incomplete, "read map", "",
                                 "reading it takes longer than there is time"));
    return reader_->next();
  }

 private:
  std::unique_ptr<PartReader> reader_;
  std::uint64_t deadline_ns_;
};

class TimedSource final : public Source {
 public:
  TimedSource(Source& source, std::uint64_t deadline_ns)
      : source_(source), deadline_ns_(deadline_ns) {}
  unsigned most_readers() const override { return source_.most_readers(); }
  std::unique_ptr<PartReader> reader() override {
    return std::make_unique<TimedReader>(source_.reader(), deadline_ns_);
  }

 private:
  Source& source_;
  std::uint64_t deadline_ns_;
};

}  // namespace

std::unique_ptr<Source> until(Source& source, std::uint64_t deadline_ns) {
  return std::make_unique<TimedSource>(source, deadline_ns);
}

}  // namespace bpfmaps::kernel
