// SPDX-License-Identifier: BSD-2-Clause
// A hash table read by several threads: each part is a range of buckets.
//
// A batch starts at any bucket but ends where its buffer is full, not where a part ends, so the
// last batch of a part reads some entries of the next part too. It is kept short, its keys are left
// at the seam between the two, and the next part drops those that it has as well. A key stays in
// its bucket for as long as the map lives, so this holds while others write: an entry that both
// parts met is handed out by the first of them, one that only one of them met by that one.
#include <bpf/bpf.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/caught.h"
#include "kernel/map/source_kinds.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::uint32_t kShortBatch = 64;        // entries: the first and the last batch of a part
constexpr std::size_t kMostBytes = 4 << 20;      // of a short batch
constexpr std::uint32_t kEndOfMap = UINT32_MAX;  // behind the last bucket
constexpr double kWorthDividing = 16384;         // entries
// A call walks a part's empty buckets under one lock: about 1.6 ns each.
constexpr std::uint32_t kMostBuckets = 1 << 18;
constexpr unsigned kMostReaders = 16;
// Old kernels give up with EINTR where an entry vanishes while it is copied.
constexpr int kMostInterrupts = 64;

// Keys and values as batches fill them, one after the other.
class Arena {
 public:
  Arena(const Map& map, std::size_t value_size)
      : fd_(map.fd()),
        key_size_(map.info().key_size),
        value_size_(value_size),
        most_(most_in_map(map)) {}

  void clear() { count_ = 0; }
  std::uint32_t count() const { return count_; }
  const unsigned char* key(std::uint32_t i) const {
    return keys_.data() + std::size_t{i} * key_size_;
  }
  std::size_t key_size() const { return key_size_; }

  // Appends the entries of a batch of at most `want` (more where one bucket holds more), read from
  // `bucket` on; the bucket behind them.
  Result<std::uint32_t> read(std::uint32_t bucket, std::uint32_t want) {
    for (int interrupts = 0;;) {
      keys_.resize(std::max(keys_.size(), std::size_t{count_ + want} * key_size_));
      values_.resize(std::max(values_.size(), std::size_t{count_ + want} * value_size_));
      std::uint32_t got = want, next = 0;
      const int status =
          bpf_map_lookup_batch(fd_, bucket == 0 ? nullptr : &bucket, &next,
                               keys_.data() + std::size_t{count_} * key_size_,
                               values_.data() + std::size_t{count_} * value_size_, &got, nullptr);
      if (status == -ENOSPC && want < most_) {
        want = static_cast<std::uint32_t>(std::min<std::uint64_t>(want * 2ull, most_));
      } else if (status == 0 || status == -ENOENT) {
        count_ += got;
        return status == 0 ? next : kEndOfMap;
      } else if (status != -EINTR || ++interrupts == kMostInterrupts) {
        return fail(Error::from_errno(-status, "read map", "the map"));
      }
    }
  }

  // The entries, without those before `keep_from` that `is_known` knows.
  template <class IsKnown>
  Entries entries(std::uint32_t checked, IsKnown is_known) {
    std::uint32_t first = checked;
    for (std::uint32_t i = checked; i-- > 0;) {
      if (is_known(key(i))) continue;
      if (--first == i) continue;
      std::memcpy(keys_.data() + first * key_size_, key(i), key_size_);
      std::memcpy(values_.data() + first * value_size_, values_.data() + i * value_size_,
                  value_size_);
    }
    return {key(first), values_.data() + first * value_size_, count_ - first, key_size_,
            value_size_};
  }

 private:
  int fd_;
  std::size_t key_size_, value_size_;
  const std::uint32_t most_;  // no batch needs to be larger
  std::uint32_t count_ = 0;
  std::vector<unsigned char> keys_, values_;
};

// What the last batch of a part read, and the bucket where it stopped.
struct Seam {
  bool known = false;
  std::uint32_t stopped_at = 0;
  std::vector<unsigned char> keys;

  bool has(const unsigned char* key, std::size_t key_size) const {
    for (std::size_t at = 0; at < keys.size(); at += key_size)
      if (std::memcmp(keys.data() + at, key, key_size) == 0) return true;
    return false;
  }
};

// What all readers of one map share. Part 0 is the batch that was read first, to learn how many
// entries a bucket has; the others are ranges of `part_buckets` from where it stopped.
struct Plan {
  Plan(const Map& of, std::size_t value) : map(of), value_size(value), head(of, value) {}

  const Map& map;
  const std::size_t value_size;
  Arena head;
  std::uint32_t first_bucket = 0, part_buckets = 1;
  std::uint64_t parts = 1;
  double density = 0;  // entries a bucket

  std::atomic<std::uint64_t> next_part = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Seam> seams;  // seams[i] lies behind part i
  bool failed = false;

  std::uint32_t start_of(std::uint64_t part) const {
    return part == parts ? kEndOfMap
                         : first_bucket + static_cast<std::uint32_t>(part - 1) * part_buckets;
  }

  // Waits for the part before; null when it failed.
  const Seam* seam_before(std::uint64_t part) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return seams[part - 1].known || failed; });
    return failed ? nullptr : &seams[part - 1];
  }

  void leave(std::uint64_t part, Seam seam) {
    const std::lock_guard lock(mutex);
    seams[part] = std::move(seam);
    seams[part].known = true;
    if (part > 0) seams[part - 1].keys = {};
    changed.notify_all();
  }

  void give_up() {
    const std::lock_guard lock(mutex);
    failed = true;
    changed.notify_all();
  }
};

class BucketReader final : public PartReader {
 public:
  explicit BucketReader(Plan& plan) : plan_(plan), arena_(plan.map, plan.value_size) {}

  Result<Part> next() override {
    // The others wait for the part that this one has taken: they must learn that it failed.
    Part taken;
    const Status status = caught([&]() -> Status {
      taken = TRY(take());
      return {};
    });
    if (status) return taken;
    plan_.give_up();
    return fail(status.error());
  }

 private:
  struct Batch {
    std::uint32_t bucket;  // where it started
    std::uint32_t first;   // its first entry in the arena
  };

  Result<Part> take() {
    const std::uint64_t part = plan_.next_part++;
    if (part >= plan_.parts) return Part{.order = part, .entries = {}, .end = true};
    if (part == 0) {
      plan_.leave(0, {.known = true, .stopped_at = plan_.first_bucket, .keys = {}});
      return Part{0, plan_.head.entries(0, [](const auto*) { return false; })};
    }
    TRY(read(part));
    const Seam* before = plan_.seam_before(part);
    if (before == nullptr) return Part{.order = part, .entries = {}, .end = true};
    const std::size_t key_size = arena_.key_size();
    const Entries entries = arena_.entries(count_before(before->stopped_at), [&](const auto* key) {
      return before->has(key, key_size);
    });
    plan_.leave(part, seam(*before));
    return Part{part, entries};
  }

  Status read(std::uint64_t part) {
    const std::uint32_t end = plan_.start_of(part + 1);
    std::uint32_t bucket = plan_.start_of(part);
    arena_.clear();
    batches_.clear();
    while (bucket < end) {
      batches_.push_back({bucket, arena_.count()});
      bucket = TRY(arena_.read(bucket, wanted(bucket, end)));
    }
    stopped_at_ = bucket;
    return {};
  }

  // Entries to ask for between `bucket` and `end`: rather too few than too many, so that only a
  // short batch crosses the end.
  std::uint32_t wanted(std::uint32_t bucket, std::uint32_t end) const {
    if (batches_.size() == 1) return kShortBatch;
    const std::uint32_t buckets = std::min(end - bucket, plan_.part_buckets);
    const double expected = buckets * plan_.density * 0.95;
    return expected > 2 * kShortBatch ? static_cast<std::uint32_t>(expected) - kShortBatch / 2
                                      : kShortBatch;
  }

  // How many entries lie in batches that started before `bucket`.
  std::uint32_t count_before(std::uint32_t bucket) const {
    for (const Batch& batch : batches_)
      if (batch.bucket >= bucket) return batch.first;
    return arena_.count();
  }

  // The keys of the last batch; and those of the seam before it where that reached even further.
  Seam seam(const Seam& before) const {
    Seam made{.known = true, .stopped_at = std::max(stopped_at_, before.stopped_at), .keys = {}};
    if (batches_.empty()) return made;
    made.keys.assign(arena_.key(batches_.back().first), arena_.key(arena_.count()));
    if (before.stopped_at > batches_.back().bucket)
      made.keys.insert(made.keys.end(), before.keys.begin(), before.keys.end());
    return made;
  }

  Plan& plan_;
  Arena arena_;
  std::vector<Batch> batches_;
  std::uint32_t stopped_at_ = 0;
};

class BucketSource final : public Source {
 public:
  explicit BucketSource(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
  unsigned most_readers() const override {
    const auto parts =
        static_cast<unsigned>(std::min<std::uint64_t>(plan_->parts / 4 + 1, kMostReaders));
    return std::min(parts, std::max(1u, std::thread::hardware_concurrency()));
  }
  std::unique_ptr<PartReader> reader() override { return std::make_unique<BucketReader>(*plan_); }

 private:
  std::unique_ptr<Plan> plan_;
};

}  // namespace

std::unique_ptr<Source> make_bucket_source(const Map& map, std::size_t value_size) {
  const std::size_t entry_size = map.info().key_size + value_size;
  if (kShortBatch * entry_size > kMostBytes) return nullptr;  // the single reader takes few at once
  auto plan = std::make_unique<Plan>(map, value_size);
  const std::uint32_t batch = std::max(entries_a_batch(entry_size), kShortBatch);
  // htab_map_alloc() makes as many buckets; were there more, the last part would read them.
  const std::uint64_t buckets = std::bit_ceil(map.info().max_entries);
  const auto density = [&] { return double(plan->head.count()) / plan->first_bucket; };
  // A short look first: in a sparse table a longer one would keep others waiting.
  for (const std::uint32_t want : {kShortBatch, batch}) {
    const auto stopped_at = plan->head.read(plan->first_bucket, want);
    if (!stopped_at) return nullptr;  // the single reader tells why
    plan->first_bucket = *stopped_at;
    if (*stopped_at == kEndOfMap) break;
    if (density() * static_cast<double>(buckets) < kWorthDividing || !tokens_are_buckets())
      return nullptr;
  }
  if (plan->first_bucket != kEndOfMap) {
    const std::uint64_t left = buckets > plan->first_bucket ? buckets - plan->first_bucket : 1;
    plan->density = density();
    plan->part_buckets =
        static_cast<std::uint32_t>(std::clamp<double>(batch / plan->density, 1, kMostBuckets));
    plan->parts = 1 + (left + plan->part_buckets - 1) / plan->part_buckets;
  }
  plan->seams.resize(plan->parts);
  return std::make_unique<BucketSource>(std::move(plan));
}

}  // namespace bpfmaps::kernel
