// SPDX-License-Identifier: BSD-2-Clause
// Types: BTF put together by a test, and the layouts of what is in it.
#pragma once

#include <bpf/btf.h>
#include <linux/btf.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "layout/compile.h"

namespace bpfmaps::layout::testing {

/// Ids are those of the BTF; failures of the test's own making are exceptions.
class Types {
 public:
  struct Member {
    const char* name;  ///< "" for an anonymous struct or union
    int type;
    std::uint32_t bit = 0;   ///< where it starts; unions leave it out
    std::uint32_t bits = 0;  ///< of a bitfield
    std::uint32_t size = 0;  ///< of a variable whose flexible array has elements
  };
  struct Name {
    const char* name;
    std::int64_t value;
  };

  int integer(const char* name, std::uint32_t size, int encoding = 0) {
    return made(btf__add_int(types_.get(), name, size, encoding));
  }
  int signed_integer(const char* name, std::uint32_t size) {
    return integer(name, size, BTF_INT_SIGNED);
  }
  int floating(const char* name, std::uint32_t size) {
    return made(btf__add_float(types_.get(), name, size));
  }
  int pointer(int to) { return made(btf__add_ptr(types_.get(), to)); }
  int type_name(const char* name, int of) { return made(btf__add_typedef(types_.get(), name, of)); }
  int type_tag(const char* tag, int of) { return made(btf__add_type_tag(types_.get(), tag, of)); }
  int array(int of, std::uint32_t count) {
    if (index_ == 0) index_ = integer("index", 4);
    return made(btf__add_array(types_.get(), index_, of, count));
  }
  int enumeration(const char* name, std::uint32_t size, std::initializer_list<Name> names) {
    const int id = made(btf__add_enum(types_.get(), name, size));
    for (const Name& one : names) made(btf__add_enum_value(types_.get(), one.name, one.value));
    return id;
  }
  int function(int returns, const std::vector<Member>& parameters) {
    const int id = made(btf__add_func_proto(types_.get(), returns));
    for (const Member& one : parameters)
      made(btf__add_func_param(types_.get(), one.name, one.type));
    return id;
  }
  /// The id that the next type gets, for those that lead back.
  int next() const { return static_cast<int>(btf__type_cnt(types_.get())); }
  int structure(const char* name, std::uint32_t size, const std::vector<Member>& members) {
    const int id = made(btf__add_struct(types_.get(), name, size));
    add(members);
    return id;
  }
  int one_of(const char* name, std::uint32_t size, const std::vector<Member>& members) {
    const int id = made(btf__add_union(types_.get(), name, size));
    add(members);
    return id;
  }
  /// One variable of each type, one behind the other.
  int section(const char* name, const std::vector<Member>& variables) {
    std::vector<int> ids;
    for (const Member& one : variables)
      ids.push_back(made(btf__add_var(types_.get(), one.name, BTF_VAR_GLOBAL_ALLOCATED, one.type)));
    const int id = made(btf__add_datasec(types_.get(), name, 0));
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto size = btf__resolve_size(types_.get(), static_cast<std::uint32_t>(ids[i]));
      const std::uint32_t bytes = std::max(static_cast<std::uint32_t>(size), variables[i].size);
      made(btf__add_datasec_var_info(types_.get(), ids[i], at, bytes));
      at += bytes;
    }
    const_cast<btf_type*>(btf__type_by_id(types_.get(), static_cast<std::uint32_t>(id)))->size = at;
    return id;
  }

  Layout layout(int id) const {
    const auto size = btf__resolve_size(types_.get(), static_cast<std::uint32_t>(id));
    return layout(id, static_cast<std::uint32_t>(size));
  }
  Layout layout(int id, std::uint32_t size) const {
    auto compiled = compile(types_.get(), static_cast<std::uint32_t>(id), size);
    if (!compiled) throw std::runtime_error(compiled.error().message());
    return *std::move(compiled);
  }
  const btf* get() const { return types_.get(); }

 private:
  static int made(int id) {
    if (id < 0) throw std::runtime_error("BTF of the test");
    return id;
  }
  void add(const std::vector<Member>& members) {
    for (const Member& one : members)
      made(btf__add_field(types_.get(), one.name, one.type, one.bit, one.bits));
  }

  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  std::unique_ptr<btf, Free> types_{btf__new_empty()};
  int index_ = 0;
};

}  // namespace bpfmaps::layout::testing
