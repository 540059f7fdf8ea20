// SPDX-License-Identifier: BSD-2-Clause
#include "object/load.h"

#include <unistd.h>

#include <cerrno>

#include "kernel/log.h"
#include "kernel/permission.h"
#include "kernel/pin/pin_set.h"
#include "object/autoattach.h"
#include "object/choose.h"
#include "object/choose_maps.h"
#include "object/losses.h"
#include "object/reuse.h"
#include "object/verifier.h"

namespace bpfmaps::object {
namespace {

/// One object on its way into the kernel.
class Loader {
 public:
  Loader(const Image& image, const LoadPlan& plan) : image_(image), plan_(plan) {}

  Status open() {
    object_ = TRY(open_object(image_));
    TRY(choose_programs(object_.get(), image_.name(), plan_));
    const Changed changed =
        TRY(set_variables(object_.get(), image_.name(), plan_.variables, plan_.set_variable));
    ChosenMaps chosen = TRY(choose_maps(object_.get(), image_.name(), plan_, changed));
    targets_ = std::move(chosen.targets);
    report_.remarks = std::move(chosen.remarks);
    return {};
  }

  Status load(const Tell& tell) {
    ProgramLogs logs(object_.get(), plan_.log);
    const kernel::Log log;
    const bool done = bpf_object__load(object_.get()) == 0;
    const int code = errno;
    if (tell) {
      for (const std::string& line : told_once(log.lines())) tell(line);
      logs.tell(tell);
    }
    if (done) {
      for (std::string& remark : losses(log, image_.name()))
        report_.remarks.push_back(std::move(remark));
      return {};
    }
    return fail(explain(code, log, logs, tell != nullptr));
  }

  Result<LoadReport> pin() && {
    std::vector<AttachedLink> links;
    kernel::PinSet pins;  // goes before the links: what is detached by an error is not pinned
    std::vector<Loaded>& loaded = report_.pinned;
    for (const Target& target : targets_) {
      if (target.path.empty()) continue;
      const int fd = bpf_map__fd(target.map);
      if (!target.reused) TRY(place(pins, fd, target.path));
      const kernel::Map map = TRY(kernel::adopt_map(Fd(dup(fd)), target.path));
      loaded.push_back({kernel::Noun::map, map.info().id, map.info().type,
                        bpf_map__name(target.map), target.path, target.reused});
    }
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
      if (!bpf_program__autoload(program)) continue;
      AttachedLink link;
      if (plan_.autoattach) link = TRY(autoattach(program));
      loaded.push_back(TRY(pin_program(pins, program, link.get())));
      if (link != nullptr) links.push_back(std::move(link));
    }
    pins.keep();
    for (AttachedLink& link : links) let_go(std::move(link));
    return std::move(report_);
  }

 private:
  static Status place(kernel::PinSet& pins, int fd, const std::string& path) {
    TRY(pins.need_directory(kernel::parent_of(path)));
    return pins.add(fd, path);
  }

  /// Pins the link that holds `program`, or where there is none the program itself.
  Result<Loaded> pin_program(kernel::PinSet& pins, const bpf_program* program,
                             const bpf_link* link) const {
    const std::string name = bpf_program__name(program);
    const std::string path = plan_.all_programs ? plan_.pin + "/" + file_name_of(name) : plan_.pin;
    const int fd = link != nullptr ? bpf_link__fd(link) : bpf_program__fd(program);
    TRY(place(pins, fd, path));
    const auto noun = link != nullptr ? kernel::Noun::link : kernel::Noun::prog;
    const kernel::Identity pinned = TRY(kernel::identify(fd, noun, path));
    return Loaded{noun, pinned.id, pinned.type, name, path};
  }

  Error explain(int code, const kernel::Log& log, const ProgramLogs& logs, bool all_told) const {
    Error error = Error::from_errno(code, "load object", image_.name());
    const std::string program = refused_program(log), words = last_words(logs.of(program));
    if (!words.empty()) {
      error.kind = Kind::invalid;  // whatever errno the verifier chose
      error.context = "the verifier refuses program " + program + ": " + words;
      if (!all_told) error.hint = "--verbose shows the verifier's whole log";
    } else if (error.kind == Kind::permission) {
      error.context = "the kernel does not permit loading it";
      error.hint = kernel::permission_hint(
          "run as root, or with CAP_BPF and what the program type asks for "
          "beside it (CAP_NET_ADMIN, CAP_PERFMON)");
    } else {
      error.context = log.reason();
      if (!all_told) error.hint = "--verbose shows all that libbpf has to say";
    }
    return error;
  }

  /// libbpf says "prog 'x': BPF program load failed: ..." and unloads everything.
  static std::string refused_program(const kernel::Log& log) {
    for (const std::string& line : log.lines()) {
      constexpr std::string_view kBegin = "prog '", kEnd = "': BPF program load failed";
      const std::size_t end = line.find(kEnd);
      if (line.starts_with(kBegin) && end != line.npos)
        return line.substr(kBegin.size(), end - kBegin.size());
    }
    return {};
  }

  const Image& image_;
  const LoadPlan& plan_;
  Object object_;
  std::vector<Target> targets_;
  LoadReport report_;
};

}  // namespace

Result<LoadReport> load(const Image& image, const LoadPlan& plan, const Tell& tell) {
  Loader loader(image, plan);
  TRY(loader.open());
  TRY(loader.load(tell));
  return std::move(loader).pin();
}

}  // namespace bpfmaps::object
