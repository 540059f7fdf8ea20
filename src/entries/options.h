// SPDX-License-Identifier: BSD-2-Clause
// What a caller asks of a map and its entries, as plain values. Whoever reads a command line fills
// them in once; nothing in this room knows of a command line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

struct btf;

namespace bpfmaps::kernel {
struct MapInfo;
}

namespace bpfmaps::entries {

class LayoutCache;

/// Takes one line that the user should know although all went well; "" is never given.
using Remark = std::function<void(const std::string&)>;

/// Where the types of keys and values come from, other than from the map itself.
struct TypeOptions {
  std::string btf = {};         ///< an object, a BTF file, the name of a built-in, "vmlinux"; or ""
  std::string key_type = {};    ///< "struct flow_key"; or ""
  std::string value_type = {};  ///< the same for values
  std::string pin = {};         ///< the last part of the path that the map was named by; or ""
  /// The map's own types where the kernel does not have them; ids in it are the map's. Or null.
  const struct btf* own = nullptr;
  /// Of a map in a map of maps: that one, which `pin` is then about. Its declaration in `btf` tells
  /// what the maps in it are like.
  const kernel::MapInfo* outer = nullptr;
};

/// How a map is opened and read.
struct MapOptions {
  std::string subject = {};  ///< how the user named the map, for errors
  bool raw = false;          ///< bytes, whatever types there are
  bool gentle = false;       ///< read slowly: small batches with pauses
  std::string cpu = {};      ///< "sum", "min", "max", "avg"; each CPU on its own for all else
  TypeOptions types = {};
  LayoutCache* cache = nullptr;  ///< layouts of the maps that were opened before; or null
  Remark remark = [](const std::string&) {};
};

/// Which entries are wanted, in which order, and what of them. Nothing where a thing is not asked.
struct QueryOptions {
  std::optional<std::string> where = {};                ///< an expression over the fields
  std::optional<std::string> sort = {};                 ///< FIELD, FIELD:asc or FIELD:desc
  bool top = false;                                     ///< the greatest come first unless said
  std::uint64_t limit = UINT64_MAX;                     ///< at most so many entries
  std::optional<std::vector<std::string>> fields = {};  ///< those to show, in their order
  std::vector<std::string> times = {};                  ///< shown as times: FIELD or FIELD=CLOCK
};

/// Which fields of a value count upwards. Found out by looking where neither names any.
struct CounterOptions {
  std::optional<std::string> where = {};                  ///< as in QueryOptions
  std::optional<std::vector<std::string>> counters = {};  ///< these and no others
  std::optional<std::vector<std::string>> gauges = {};    ///< not these
  std::vector<std::string> times = {};                    ///< as in QueryOptions
};

}  // namespace bpfmaps::entries
