// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/tail.h"

#include <unistd.h>

#include <utility>

#include "base/number.h"
#include "base/time.h"
#include "commands/shared/rings.h"
#include "commands/shared/select.h"
#include "commands/watch/tail_pace.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/perf_source.h"
#include "kernel/map/ring.h"
#include "kernel/map/ring_source.h"
#include "kernel/names.h"
#include "terminal/wait.h"

namespace bpfmaps::commands {
namespace {

using cli::Selector;
using kernel::Access;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kPinCheck = kSecond / 2;
constexpr std::uint64_t kStuck = kSecond;  // that a record is under way before it is told
constexpr int kMostUntyped = 3;            // sizes without a type that are told of

std::string cpu_list(const std::vector<std::uint32_t>& cpus) {
  std::string text = cpus.size() == 1 ? "CPU " : "CPUs ";
  for (const std::uint32_t cpu : cpus)
    text.append(cpu == cpus.front() ? "" : ", ").append(number_text(std::uint64_t{cpu}));
  return text;
}

class Tail {
 public:
  Tail(const Selector& map, const TailOptions& options, Context& context)
      : selector_(map), options_(options), context_(context), left_(options.count) {}

  Status run() {
    auto map = open_map(selector_, Access::write);
    if (!map) return fail(explain(std::move(map).error()));
    TRY(open(*std::move(map), options_.from));
    const Status followed = follow();
    context_.remark(summary());
    return followed;
  }

 private:
  static Error explain(Error error) {
    if (error.kind == Kind::permission && !error.context.empty())
      error.context += "; the records of a map are shown to those alone who may write it";
    return error;
  }

  Status open(kernel::Map map, std::optional<kernel::From> from) {
    id_ = map.info().id;
    const std::uint32_t type = map.info().type;
    const bool is_perf = kernel::kind_of(type).holds == kernel::Holds::perf_events;
    if (!is_perf && !kernel::is_ring(type))
      return fail(Error::refused(
          Kind::unsupported, "follow records", selector_.describe(),
          "records come out of ring buffers and perf_event_arrays, and the map is of type " +
              kernel::map_type_name(type),
          "`bpfmaps map watch` shows how the entries of other maps change"));
    if (is_perf && from)
      return fail(
          Error::usage("--from: a perf_event_array keeps no records for those who come later"));
    view_.reset();
    EventQuestions asked = options_.questions;
    asked.has_cpus = is_perf;
    types_ = asked.style.raw ? EventTypes::none(map) : TRY(EventTypes::find(options_.types, map));
    view_ = TRY(EventView::make(*types_, std::move(asked)));
    if (options_.consume) tell_holders();
    TRY(is_perf ? open_perf(std::move(map)) : open_ring(std::move(map), from));
    if (!waiter_)
      waiter_ =
          TRY(terminal::Waiter::make({.interval_ns = 0, .output = STDOUT_FILENO, .keys = -1}));
    waiter_->watch(source_->fd());
    return {};
  }

  Status open_ring(kernel::Map map, std::optional<kernel::From> from) {
    const bool by_user = kernel::kind_of(map.info().type).structure == kernel::Structure::user_ring;
    const auto begin = from.value_or(by_user ? kernel::From::oldest : kernel::From::now);
    const auto waiting = kernel::ring_positions(map).value_or(kernel::RingPositions()).waiting();
    if (!options_.consume && begin == kernel::From::now && waiting > map.info().max_entries / 2)
      context_.remark(number_text(waiting) + " of " +
                      number_text(std::uint64_t{map.info().max_entries}) +
                      " bytes wait for a reader: --from oldest shows them; when it is full, "
                      "the kernel drops new records");
    auto opened = kernel::open_ring(std::move(map), {.from = begin, .consume = options_.consume});
    if (!opened) {
      opened.error().subject = selector_.describe();
      return fail(std::move(opened).error());
    }
    source_ = *std::move(opened);
    return {};
  }

  Status open_perf(kernel::Map map) {
    auto opened = kernel::open_perf(std::move(map), options_.consume);
    if (!opened) {
      opened.error().subject = selector_.describe();
      return fail(std::move(opened).error());
    }
    source_ = std::move(opened->events);
    if (!opened->left.empty())
      context_.remark("the records of " + cpu_list(opened->left) +
                      " are not seen: they go to another reader; --consume takes them from it");
    if (!opened->replaced.empty())
      context_.remark("the records of " + cpu_list(opened->replaced) +
                      " went to another reader, which gets none until it is started again");
    return {};
  }

  void tell_holders() const {
    unsigned closed = 0;
    if (const std::string holders = holders_of(id_, closed); !holders.empty())
      context_.remark("open in " + holders + ": what is taken here does not get there");
    if (closed != 0)
      context_.remark(number_text(std::uint64_t{closed}) +
                      " processes may not be looked into, and may have it open");
  }

  Status follow() {
    const std::uint64_t start = monotonic_ns();
    for (std::uint64_t now = start;; now = monotonic_ns()) {
      std::uint64_t most = options_.time_ns - std::min(now - start, options_.time_ns);
      std::optional<terminal::Event> event;
      if (source_->read(burst_, left_)) {
        print();
        if (left_ == 0 || !context_.out.good()) return {};
        most = std::min(most, pace_.after(burst_.bytes, source_->capacity(), now));
        event = waiter_->rest(most);
      } else {
        event = waiter_->wait(std::min(most, pace_.idle()));
      }
      if (event == terminal::Event::end) return {};
      if (event == terminal::Event::ready) source_->rearm();
      if (now - start >= options_.time_ns) return {};
      tell_stuck(now);
      if (now - pin_checked_ >= kPinCheck) TRY(check_pin(now));
    }
  }

  void print() {
    const std::uint64_t shown = view_->print(burst_, realtime_ns(), left_, context_.out);
    if (context_.out.good()) source_->release();
    left_ -= shown;
    shown_ += shown;
    for (const kernel::Lost& lost : burst_.lost) {
      lost_bytes_ += lost.bytes;
      lost_records_ += lost.records;
    }
    if (source_->is_broken() && !std::exchange(told_broken_, true))
      context_.remark("the ring holds lengths that no record has: what follows them was left out");
    for (const std::uint32_t size : view_->take_untyped()) tell_untyped(size);
  }

  void tell_untyped(std::uint32_t size) {
    if (context_.style.raw || untyped_++ >= kMostUntyped) return;
    std::string text =
        "records of " + number_text(std::uint64_t{size}) + " bytes are shown as bytes";
    if (!types_->all().empty()) text += ", since no --type fits";
    const std::string candidates = types_->candidates(size);
    if (!candidates.empty()) text.append("; of that size: ").append(candidates);
    if (types_->all().empty())
      text += candidates.empty() ? "; --type names their type" : "; --type names one";
    context_.remark(text);
  }

  // Said once of each record.
  void tell_stuck(std::uint64_t now) {
    std::uint64_t position = 0;
    if (!source_->is_busy(position)) {
      busy_since_ = 0;
    } else if (busy_since_ == 0 || position != busy_at_) {
      busy_since_ = now;
      busy_at_ = position;
      told_busy_ = false;
    } else if (now - busy_since_ >= kStuck && !std::exchange(told_busy_, true)) {
      context_.remark("the record at position " + number_text(position) +
                      " has been under way for a second: what was written behind it waits until "
                      "its producer is done, if it still lives");
    }
  }

  // An upgrade pins another map in the place of the one that is open here.
  Status check_pin(std::uint64_t now) {
    pin_checked_ = now;
    if (selector_.by != Selector::By::pinned) return {};
    auto fd = kernel::open_pin_fd(selector_.text, Access::write, kernel::Noun::map);
    if (!fd) {
      if (!std::exchange(told_gone_, true))
        context_.remark(selector_.text + ": " + fd.error().message() + ": map id " +
                        number_text(std::uint64_t{id_}) + " is still followed");
      return {};
    }
    told_gone_ = false;
    const auto there = TRY(kernel::identify(fd->get(), kernel::Noun::map, selector_.text));
    if (there.id == id_) return {};
    while (source_->read(burst_, left_)) {
      print();
      if (left_ == 0 || !context_.out.good()) return {};
    }
    context_.remark(selector_.text + ": map id " + number_text(std::uint64_t{id_}) +
                    " was replaced by map id " + number_text(std::uint64_t{there.id}));
    kernel::Map map = TRY(kernel::adopt_map(*std::move(fd), selector_.text));
    const bool is_ring = kernel::is_ring(map.info().type);
    const bool from_start = is_ring && !options_.consume;
    return open(std::move(map), from_start ? std::optional(kernel::From::oldest) : std::nullopt);
  }

  std::string summary() const {
    std::string text = number_text(shown_) + (shown_ == 1 ? " record" : " records");
    if (lost_bytes_ != 0) text += ", " + number_text(lost_bytes_) + " bytes lost";
    if (lost_records_ != 0) text += ", " + number_text(lost_records_) + " records lost";
    return lost_bytes_ == 0 && lost_records_ == 0 ? text + ", nothing lost" : text;
  }

  const Selector& selector_;
  const TailOptions& options_;
  Context& context_;
  std::optional<EventTypes> types_;
  std::unique_ptr<EventView> view_;  // of types_
  std::unique_ptr<kernel::EventSource> source_;
  std::unique_ptr<terminal::Waiter> waiter_;  // for source_
  TailPace pace_;
  kernel::Burst burst_;
  std::uint32_t id_ = 0;
  std::uint64_t left_, shown_ = 0, lost_bytes_ = 0, lost_records_ = 0;
  std::uint64_t pin_checked_ = 0, busy_since_ = 0, busy_at_ = 0;
  int untyped_ = 0;
  bool told_broken_ = false, told_busy_ = false, told_gone_ = false;
};

}  // namespace

Status tail(const cli::Selector& map, const TailOptions& options, Context& context) {
  return Tail(map, options, context).run();
}

}  // namespace bpfmaps::commands
