// SPDX-License-Identifier: BSD-2-Clause
#include "entries/erase.h"

#include "entries/pipeline.h"
#include "kernel/map/writer.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

// One thread's keys.
struct Keys {
  std::size_t key_size;
  std::vector<unsigned char> bytes = {};

  void add(const Entries& entries, std::uint64_t) {
    for (std::uint32_t i = 0; i < entries.count; ++i)
      bytes.insert(bytes.end(), entries.key(i), entries.key(i) + key_size);
  }
};

Result<std::vector<unsigned char>> keys_of(const TypedMap& typed, const layout::Query* query) {
  const kernel::MapInfo& info = typed.map.info();
  if (kernel::is_array(info.type))
    return fail(Error::refused(Kind::unsupported, "delete", "map id " + std::to_string(info.id),
                               "the entries of an array cannot be deleted",
                               "`bpfmaps map clear` writes zeros into all of them"));
  if (typed.resolver && typed.resolver->of_keys())
    return fail(Error::refused(Kind::unsupported, "delete", "map id " + std::to_string(info.id),
                               "the kernel deletes its entries itself, with what they belong to"));
  const auto source = TRY(open_source(typed));
  std::vector<unsigned char> keys;
  TRY(gather(
      *source, typed, query, [&] { return Keys{info.key_size}; },
      [&](const Keys& some) { keys.insert(keys.end(), some.bytes.begin(), some.bytes.end()); }));
  return keys;
}

}  // namespace

Status erase_where(const TypedMap& typed, const layout::Query* query, bool dry, Context& context) {
  const auto keys = TRY(keys_of(typed, query));
  const std::size_t count = keys.size() / typed.map.info().key_size;
  std::uint64_t deleted = 0;
  Status status;
  if (!dry) status = kernel::remove_all(typed.map, keys.data(), count, deleted);
  if (!status && deleted == 0) return status;
  output::Record record;
  record.add(query != nullptr ? "matching" : "entries", count).add("deleted", deleted);
  print_one(context.out, context.style, record);
  if (dry) context.remark("this was a dry run: nothing is deleted");
  return status;
}

}  // namespace bpfmaps::commands
