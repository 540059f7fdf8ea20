// SPDX-License-Identifier: BSD-2-Clause
#include "object/load.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <iterator>
#include <set>
#include <utility>
#include <variant>

#include "base/caught.h"
#include "base/held_signals.h"
#include "kernel/log.h"
#include "kernel/pin/pin_lock.h"
#include "kernel/pin/pin_set.h"
#include "kernel/references.h"
#include "object/autoattach.h"
#include "object/choose.h"
#include "object/choose_maps.h"
#include "object/losses.h"
#include "object/refusal.h"
#include "object/reuse.h"

namespace bpfmaps::object {
namespace {

/// One object on its way into the kernel.
class Loader {
 public:
  Loader(const ElfImage& image, const LoadPlan& plan) : image_(image), plan_(plan) {}

  Status open() {
    object_ = TRY(open_object(image_));
    ChosenPrograms programs = TRY(choose_programs(object_, image_.name(), plan_));
    const Changed changed =
        TRY(set_variables(object_.get(), image_.name(), plan_.variables, plan_.set_variable));
    MapChooser maps(object_.get(), image_.name(), plan_, changed);
    programs_ = std::move(programs.pinned);
    targets_ = TRY(maps.choose());
    TRY(lock());
    TRY(maps.reuse_pinned(targets_));
    remark(std::move(programs.remarks));
    remark(std::move(maps).remarks());
    const auto is_pinned = [](const Target& target) { return !target.path.empty(); };
    if (!programs_.empty() || std::ranges::any_of(targets_, is_pinned)) return {};
    return fail(Error::refused(Kind::invalid, "load object", image_.name(),
                               "it holds no program, and no map of it would be pinned",
                               "`pinmaps DIR` pins its maps"));
  }

  Status load(const Tell& tell) {
    ProgramLogs logs(object_.get(), plan_.log);
    const kernel::Log log;
    const int code = load_object();
    // It ends the process as soon as the directories are taken back.
    if (HeldSignals::any()) return fail(Error::from_errno(EINTR, "load object", image_.name()));
    if (tell) {
      for (const std::string& line : told_once(log.lines())) tell(line);
      logs.tell(tell);
    }
    if (code != 0)
      return fail(explain_refusal(code, {object_, image_.name(), log, logs, tell != nullptr}));
    remark(losses(log, image_.name()));
    return {};
  }

  /// 0, or errno. The kernel verifies for as long as it takes, and gives up only for signals that
  /// end the process. Once directories were made those are held, so a thread of its own waits for
  /// the kernel: what was made is taken back here, and the process ends in the middle.
  int load_object() {
    int code = 0;
    const auto load = [this, &code] {
      code = bpf_object__load(object_.get()) == 0 ? 0 : errno;
      HeldSignals::pass_on();
    };
    constexpr std::chrono::milliseconds kPause(20);
    std::future<void> loading;
    if (!pins_.holds_signals() ||
        !caught([&] { loading = std::async(std::launch::async, load); })) {
      load();
      return code;
    }
    while (loading.wait_for(kPause) != std::future_status::ready)
      if (HeldSignals::any()) pins_.take_back();
    loading.get();
    return code;
  }

  /// All or nothing. Where it fails and a new map is another program's by now, its pin stays.
  Result<LoadReport> pin() {
    auto report = pin_all();
    if (report) return report;
    for (const std::string& path : leave_used_maps())
      add(report.error(), "; the pin " + path + " stays: another program uses that map by now");
    return report;
  }

  /// Whether pinning failed because others did the same meanwhile: a second look may find a map
  /// that fits.
  bool lost_race() const { return lost_race_; }

 private:
  static void add(Error& error, const std::string& text) {
    if (error.context.empty()) error.context = errno_text(error.code);
    error.context += text;
  }

  Result<LoadReport> pin_all() {
    std::vector<Loaded>& loaded = report_.pinned;
    for (const Target& target : targets_) {
      if (target.path.empty()) continue;
      const int fd = bpf_map__fd(target.map);
      if (!target.reused) TRY(place(fd, target.path, Kind::exists));
      const kernel::Map map = TRY(kernel::adopt_map(Fd(dup(fd)), target.path));
      loaded.push_back({kernel::Noun::map, map.info().id, map.info().type,
                        bpf_map__name(target.map), target.path, target.reused});
    }
    for (bpf_program* program : programs_) {
      AttachedLink link;
      if (plan_.autoattach) link = TRY(autoattach(program, plan_.over ? &*plan_.over : nullptr));
      loaded.push_back(TRY(pin_program(program, link.get())));
      if (link != nullptr) links_.push_back(std::move(link));
    }
    TRY(fill_tables());
    pins_.keep();
    for (AttachedLink& link : links_) let_go(std::move(link));
    return std::move(report_);
  }

  /// Loaders that take no locks reuse a map as soon as it has a pin. Returns the pins that stay.
  std::vector<std::string> leave_used_maps() {
    std::vector<std::string> left;
    const auto references = kernel::References::of_maps();
    if (!references) return left;
    std::set<std::uint64_t> own;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
      const auto loaded = kernel::identify(bpf_program__fd(program), kernel::Noun::prog, "");
      if (loaded) own.insert(loaded->id);
    }
    for (const Loaded& one : report_.pinned) {
      if (one.noun != kernel::Noun::map || one.reused) continue;
      const auto users = references->of(kernel::Noun::map, one.id);
      const auto is_others = [&own](const kernel::User& user) {
        return user.kind == "prog" && !own.contains(user.id);
      };
      if (std::ranges::none_of(users, is_others)) continue;
      pins_.leave(one.path);
      left.push_back(one.path);
    }
    return left;
  }

  void remark(std::vector<std::string> remarks) {
    std::ranges::move(remarks, std::back_inserter(report_.remarks));
  }

  const Target* target_of(const bpf_map* map) const {
    const auto found = std::ranges::find(targets_, map, &Target::map);
    return found == targets_.end() ? nullptr : &*found;
  }

  /// Puts into tables what libbpf does not, and says which of them nothing will keep.
  Status fill_tables() {
    std::set<const bpf_map*> filled;
    for (const TableEntry& entry : object_.entries) {
      const Target* table = target_of(entry.table);
      if (entry.map != nullptr && table != nullptr && table->reused) continue;  // others' by now
      TRY(write_entry(entry));
      if (entry.program != nullptr) filled.insert(entry.table);
    }
    for (const TableProgram& one : programs_in_tables(object_.sections))
      filled.insert(bpf_object__find_map_by_name(object_.get(), one.table.c_str()));
    for (const bpf_map* map : filled) {
      const Target* table = target_of(map);
      if (table == nullptr || !table->path.empty()) continue;
      report_.remarks.push_back(std::string("the kernel empties table ") + bpf_map__name(map) +
                                " when this command ends, since it has no pin: `pinmaps DIR` "
                                "keeps it");
    }
    return {};
  }

  /// Makes the directories of the maps' pins and locks them: no other load looks at what is there
  /// while this one makes what is missing.
  Status lock() {
    std::vector<std::string> directories;
    for (const Target& target : targets_)
      if (!target.path.empty()) directories.push_back(kernel::parent_of(target.path));
    constexpr int kMostTries = 100;  // each is lost to a load that failed and removed one
    for (int tries = 0; tries < kMostTries; ++tries) {
      for (const std::string& directory : directories) TRY(pins_.need_directory(directory));
      auto locks = TRY(kernel::lock_directories(directories));
      if (!locks) continue;
      locks_ = *std::move(locks);
      return {};
    }
    return {};
  }

  /// Pins `fd` at `path`. A failure of `race`, or a directory that vanished, is another process'
  /// doing.
  Status place(int fd, const std::string& path, Kind race) {
    Status placed = pins_.need_directory(kernel::parent_of(path));
    if (placed) placed = pins_.add(fd, path);
    lost_race_ = !placed && (placed.error().kind == race || placed.error().kind == Kind::not_found);
    return placed;
  }

  /// Pins the link that holds `program`, or where there is none the program itself.
  Result<Loaded> pin_program(const bpf_program* program, const bpf_link* link) {
    const std::string name = bpf_program__name(program);
    const auto* one = std::get_if<OneProgram>(&plan_.programs);
    const std::string path =
        one != nullptr ? one->pin : plan_.directory() + "/" + file_name_of(name);
    const int fd = link != nullptr ? bpf_link__fd(link) : bpf_program__fd(program);
    TRY(place(fd, path, Kind::not_found));
    const auto noun = link != nullptr ? kernel::Noun::link : kernel::Noun::prog;
    const kernel::Identity pinned = TRY(kernel::identify(fd, noun, path));
    return Loaded{noun, pinned.id, pinned.type, name, path};
  }

  const ElfImage& image_;
  const LoadPlan& plan_;
  Object object_;
  std::vector<bpf_program*> programs_;  // those that are pinned
  std::vector<Target> targets_;
  bool lost_race_ = false;
  LoadReport report_;
  // Gone in the opposite order: pins are taken back while the locks are held, and before the links
  // are, since what is detached by an error must not be pinned.
  std::vector<Fd> locks_;
  std::vector<AttachedLink> links_;
  kernel::PinSet pins_;
};

}  // namespace

Result<LoadReport> load(const ElfImage& image, const LoadPlan& plan, const Tell& tell) {
  constexpr int kMostTries = 8;  // each is lost to another load that went through
  for (int tries = 1;; ++tries) {
    Loader loader(image, plan);
    TRY(loader.open());
    TRY(loader.load(tell));
    auto report = loader.pin();
    if (report || !loader.lost_race() || tries == kMostTries) return report;
  }
}

}  // namespace bpfmaps::object
