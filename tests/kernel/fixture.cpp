// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/fixture.h"

#include <net/if.h>

#include <algorithm>
#include <cstdint>

#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
Fixture::Fixture(const std::string& name, const std::function<void(bpf_object*)>& prepare) {
  const std::string path = std::string(BPFMAPS_FIXTURES) + "/" + name + ".bpf.o";
  object_.reset(must(bpf_object__open_file(path.c_str(), nullptr), "open " + path));
  prepare(object_.get());
  must(bpf_object__load(object_.get()), "load " + path);
}

int Fixture::map(const std::string& name) const {
  return must(bpf_object__find_map_fd_by_name(object_.get(), name.c_str()), "find map " + name);
}

int Fixture::prog(const std::string& name) const {
  return bpf_program__fd(
      must(bpf_object__find_program_by_name(object_.get(), name.c_str()), "find " + name));
}

void Fixture::pin_maps(const std::string& directory) const {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_.get()) {
    std::string name = bpf_map__name(map);
    std::replace(name.begin(), name.end(), '.', '_');  // bpffs refuses a dot
    pin_fd(bpf_map__fd(map), directory + "/" + name);
  }
}

void Fixture::attach_xdp(const std::string& program, const std::string& interface) const {
  const bpf_program* found = bpf_object__find_program_by_name(object_.get(), program.c_str());
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  links_.emplace_back(must(bpf_program__attach_xdp(must(found, "find " + program), index),
                           "attach " + program + " to " + interface));
}

void Fixture::attach_callbacks(const std::string& name) const {
  const bpf_map* found = bpf_object__find_map_by_name(object_.get(), name.c_str());
  links_.emplace_back(
      must(bpf_map__attach_struct_ops(must(found, "find map " + name)), "register " + name));
}

void pin_fd(int fd, const std::string& path) { must(bpf_obj_pin(fd, path.c_str()), "pin " + path); }

std::uint32_t map_id(int fd) {
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(fd, &info, &size), "read map info");
  return info.id;
}

}  // namespace bpfmaps::test
