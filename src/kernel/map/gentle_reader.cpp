// SPDX-License-Identifier: BSD-2-Clause
// Reading at half speed, for the sake of others: the locks that the kernel takes while it copies
// entries are those that programs wait for.
#include <chrono>
#include <thread>

#include "kernel/map/reader_kinds.h"

namespace bpfmaps::kernel {
namespace {

class GentleReader final : public Reader {
 public:
  explicit GentleReader(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}

  Result<Entries> next() override {
    if (took_ != Clock::duration::zero()) std::this_thread::sleep_for(took_);
    const auto before = Clock::now();
    auto entries = reader_->next();
    took_ = Clock::now() - before;
    return entries;
  }
  std::uint64_t restarts() const override { return reader_->restarts(); }

 private:
  using Clock = std::chrono::steady_clock;
  std::unique_ptr<Reader> reader_;
  Clock::duration took_ = {};
};

}  // namespace

std::unique_ptr<Reader> make_gentle_reader(std::unique_ptr<Reader> reader) {
  return std::make_unique<GentleReader>(std::move(reader));
}

}  // namespace bpfmaps::kernel
