// SPDX-License-Identifier: BSD-2-Clause
#include "object/load.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "kernel/log.h"
#include "kernel/pin.h"
#include "kernel/pin_set.h"
#include "object/choose.h"
#include "object/fit.h"
#include "object/open.h"
#include "object/verifier.h"

namespace bpfmaps::object {
namespace {

// As libbpf's own limit for the verifier's log. Pages that are not written to cost nothing.
constexpr std::size_t kVerifierLog = 16 << 20;

std::string file_name_of(std::string name) {
  std::ranges::replace(name, '.', '_');  // a bpffs takes no dot (".bss"); libbpf does the same
  return name;
}

/// What is wrong with reusing `existing` for a data section whose values are constants: the
/// verifier takes them for known, so a map with others would change what the program does.
std::string other_constants(const bpf_map* map, const kernel::Map& existing) {
  if (!bpf_map__is_internal(map) || (bpf_map__map_flags(map) & BPF_F_RDONLY_PROG) == 0) return {};
  std::size_t size = 0;
  const void* wanted = bpf_map__initial_value(const_cast<bpf_map*>(map), &size);
  std::vector<std::byte> held(existing.info().value_size);
  const std::uint32_t zero = 0;
  const bool same = wanted != nullptr && size == held.size() &&
                    bpf_map_lookup_elem(existing.fd(), &zero, held.data()) == 0 &&
                    std::memcmp(wanted, held.data(), size) == 0;
  return same ? "" : "its constants are others";
}

/// One object on its way into the kernel.
class Loader {
 public:
  Loader(const Image& image, const LoadPlan& plan) : image_(image), plan_(plan) {}

  Status open() {
    object_ = TRY(open_object(image_));
    TRY(choose_programs(object_.get(), image_.name(), plan_));
    return choose_maps();
  }

  Status load(const std::function<void(const std::string&)>& tell) {
    const std::unique_ptr<char[]> verifier_log(new char[kVerifierLog]);
    verifier_log[0] = '\0';
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get())
        bpf_program__set_log_buf(program, verifier_log.get(), kVerifierLog);
    const kernel::Log log;
    if (bpf_object__load(object_.get()) == 0) return {};
    const int code = errno;
    if (tell) {
      for (const std::string& line : log.lines()) tell(line);
      for (const std::string_view line : split(verifier_log.get(), '\n')) tell(std::string(line));
    }
    return fail(explain(code, log, verifier_log.get(), tell != nullptr));
  }

  Result<std::vector<Loaded>> pin() {
    kernel::PinSet pins;
    std::vector<Loaded> loaded;
    for (const Target& target : targets_) {
      if (target.path.empty()) continue;
      const int fd = bpf_map__fd(target.map);
      TRY(place(pins, fd, target.path, !target.reused));
      const kernel::Map map = TRY(kernel::adopt_map(Fd(dup(fd)), target.path));
      loaded.push_back({kernel::Noun::map, map.info().id, map.info().type,
                        bpf_map__name(target.map), target.path, target.reused});
    }
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
      if (!bpf_program__autoload(program)) continue;
      const std::string name = bpf_program__name(program);
      const std::string path =
          plan_.all_programs ? plan_.pin + "/" + file_name_of(name) : plan_.pin;
      const int fd = bpf_program__fd(program);
      TRY(place(pins, fd, path, true));
      const kernel::Prog prog = TRY(kernel::adopt_prog(Fd(dup(fd)), path));
      loaded.push_back({kernel::Noun::prog, prog.info().id, prog.info().type, name, path, false});
    }
    pins.keep();
    return loaded;
  }

 private:
  struct Target {
    bpf_map* map;
    std::string path;  ///< "" for a map that is not pinned
    bool reused;
  };

  static Status place(kernel::PinSet& pins, int fd, const std::string& path, bool is_new) {
    if (!is_new) return {};
    TRY(pins.need_directory(kernel::parent_of(path)));
    return pins.add(fd, path);
  }

  /// For each map: where it will be pinned, and the existing one to use, if any.
  Status choose_maps() {
    const std::string beside = plan_.all_programs ? plan_.pin : kernel::parent_of(plan_.pin);
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object_.get()) {
      const MapSpec spec = spec_of(object_.get(), map);
      // libbpf would pin by itself, and under /sys/fs/bpf whatever the user said.
      bpf_map__set_pin_path(map, nullptr);
      if (const auto* replacement = replacement_for(spec.name)) {
        TRY(reuse(map, spec, replacement->map, Fit::layout, "map " + spec.name));
        continue;
      }
      Target target{map, {}, false};
      if (!plan_.pinmaps.empty() || spec.pinned_by_name) {
        target.path =
            (plan_.pinmaps.empty() ? beside : plan_.pinmaps) + "/" + file_name_of(spec.name);
        const auto pinned = kernel::map_at(target.path, kernel::Access::write);
        if (!pinned && pinned.error().kind != Kind::not_found) return fail(pinned.error());
        if (pinned) TRY(reuse(map, spec, *pinned, Fit::same, target.path));
        target.reused = pinned.has_value();
      }
      targets_.push_back(std::move(target));
    }
    return check_replacements();
  }

  const Replacement* replacement_for(std::string_view name) const {
    const auto found = std::ranges::find(plan_.replacements, name, &Replacement::name);
    return found == plan_.replacements.end() ? nullptr : &*found;
  }

  Status check_replacements() const {
    std::vector<std::string_view> names;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object_.get()) names.emplace_back(bpf_map__name(map));
    for (const Replacement& replacement : plan_.replacements)
      TRY(check_named("map", replacement.name, names, image_.name()));
    return {};
  }

  Status reuse(bpf_map* map, const MapSpec& spec, const kernel::Map& existing, Fit fit,
               const std::string& subject) const {
    std::string differs = misfit(spec, existing.info(), fit);
    if (differs.empty()) differs = other_constants(map, existing);
    if (!differs.empty()) {
      return fail(Error::refused(
          Kind::invalid, "reuse a map", subject,
          "it does not fit map " + spec.name + " of " + image_.name() + ": " + differs,
          fit == Fit::same ? "remove it (`bpfmaps pin rm " + subject +
                                 "`), or pin the maps elsewhere (`pinmaps DIR`)"
                           : "give a map of that layout"));
    }
    if (bpf_map__reuse_fd(map, existing.fd()) == 0) return {};
    const int code = errno;
    return fail(Error::from_errno(code, "reuse a map", subject));
  }

  Error explain(int code, const kernel::Log& log, std::string_view verifier_log,
                bool all_told) const {
    Error error = Error::from_errno(code, "load object", image_.name());
    const std::string words = last_words(verifier_log);
    if (!words.empty()) {
      error.kind = Kind::invalid;  // whatever errno the verifier chose
      error.context = "the verifier refuses program " + refused_program(log) + ": " + words;
      if (!all_told) error.hint = "--verbose shows the verifier's whole log";
    } else if (error.kind == Kind::permission) {
      error.context = "the kernel does not permit loading it";
      error.hint =
          "run as root, or with CAP_BPF and what the program type asks for beside it "
          "(CAP_NET_ADMIN, CAP_PERFMON)";
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
    return "?";
  }

  const Image& image_;
  const LoadPlan& plan_;
  Object object_;
  std::vector<Target> targets_;
};

}  // namespace

Result<std::vector<Loaded>> load(const Image& image, const LoadPlan& plan,
                                 const std::function<void(const std::string&)>& tell) {
  Loader loader(image, plan);
  TRY(loader.open());
  TRY(loader.load(tell));
  return loader.pin();
}

}  // namespace bpfmaps::object
