// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/cgroup_key.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "kernel/cgroup.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "layout/parse.h"
#include "layout/synthetic.h"

namespace bpfmaps::commands {
namespace {

constexpr std::uint32_t kPath = 4096;

// As dump prints them.
layout::Layout printed_form(bool shared) {
  std::vector<layout::Node> fields = {layout::number("cgroup_inode_id", 8)};
  layout::Node type = layout::number("attach_type", sizeof(std::uint32_t));
  auto names = std::make_shared<std::vector<layout::Names>>();
  if (!shared) {
    type.shape = layout::Shape::enumeration;
    type.names = 0;
    type.type = "enum bpf_attach_type";
    layout::Names& all = names->emplace_back("bpf_attach_type");
    for (std::uint32_t i = 0;; ++i) {
      std::string name = known_name(kernel::Enum::attach_types, i);
      if (name.empty()) break;
      all.add(i, std::move(name));
    }
    all.seal();
    fields.push_back(std::move(type));
  }
  fields.push_back(layout::text("path", kPath));
  return {layout::record(std::move(fields)), std::move(names)};
}

Status use_path(const std::string& path, bool has_id, std::uint64_t& id) {
  const auto named = kernel::cgroup_id(path);
  if (!named && has_id && named.error().kind == Kind::not_found) return {};
  if (!named) return fail(named.error());
  if (has_id && *named != id)
    return fail(Error::usage(
        "`" + path + "` is cgroup " + std::to_string(*named) + ", not " + std::to_string(id),
        "give one of cgroup_inode_id and path"));
  id = *named;
  return {};
}

}  // namespace

bool is_cgroup_key(const kernel::MapInfo& info, std::span<const std::string> words) {
  if (kernel::kind_of(info.type).holds != kernel::Holds::cgroups) return false;
  if (words.size() == 1 && words[0].starts_with('{')) return true;
  return std::ranges::all_of(
      words, [](const std::string& word) { return word.find('=') != std::string::npos; });
}

Result<std::vector<unsigned char>> parse_cgroup_key(const kernel::MapInfo& info,
                                                    std::span<const std::string> words) {
  const bool shared = info.key_size < sizeof(bpf_cgroup_storage_key);
  const layout::Layout form = printed_form(shared);
  std::vector<unsigned char> bytes(form.root().size), given;
  TRY(layout::parse(form, {"key", words}, bytes, &given));
  const auto* const path = reinterpret_cast<const char*>(bytes.data() + bytes.size() - kPath);
  bpf_cgroup_storage_key key{};
  std::memcpy(&key.cgroup_inode_id, bytes.data(), sizeof key.cgroup_inode_id);
  if (!shared)
    std::memcpy(&key.attach_type, bytes.data() + sizeof key.cgroup_inode_id,
                sizeof key.attach_type);
  std::uint64_t id = key.cgroup_inode_id;
  const std::string named(path, strnlen(path, kPath));
  if (!named.empty()) TRY(use_path(named, given[0] != 0, id));
  if (named.empty() && given[0] == 0)
    return fail(Error::usage("`key` does not say which cgroup", "give cgroup_inode_id or path"));
  key.cgroup_inode_id = id;
  std::vector<unsigned char> made(info.key_size);
  std::memcpy(made.data(), &key, std::min(made.size(), sizeof key));
  return made;
}

}  // namespace bpfmaps::commands
