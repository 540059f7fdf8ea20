// SPDX-License-Identifier: BSD-2-Clause
// BtfOracle: decodes values by raw BTF, bit by bit and by the words of its specification
// (Documentation/bpf/btf.rst). It shares nothing with the program, not even libbpf, and is as slow
// as it looks: all it is for is to say whether the program is right.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace bpfmaps::test {

class BtfOracle {
 public:
  using Json = nlohmann::ordered_json;

  /// `raw` is a whole .BTF section of this machine's byte order, which is little-endian.
  explicit BtfOracle(std::string raw);

  /// What `map dump --json` must say of the value at `bytes`. Text is of ASCII and bytes of all
  /// ones, which are no text in any place.
  Json decode(std::uint32_t type, const unsigned char* bytes);

  /// The kinds that there are, and those that decode() met.
  const std::set<std::uint32_t>& kinds() const { return kinds_; }
  const std::set<std::uint32_t>& met() const { return met_; }

 private:
  struct Type {
    std::string name;
    std::uint32_t kind, count, size_or_type;
    bool flag;
    std::size_t more;  ///< where its own words begin
  };
  /// A value: where its first bit is, and how many there are if it is a bitfield.
  struct Bits {
    const unsigned char* bytes;
    std::size_t at = 0;
    std::size_t count = 0;
  };

  std::uint32_t word(std::size_t at) const;
  std::string text(std::uint32_t offset) const;
  std::size_t size_of(std::uint32_t type) const;
  std::uint32_t bare(std::uint32_t type);
  Json value(std::uint32_t type, Bits bits);
  Json integer(const Type& type, Bits bits);
  bool has_sign(const Type& type) const;
  Json enumeration(const Type& type, Bits bits);
  Json array(const Type& type, Bits bits);
  void members(const Type& type, Bits bits, Json& into);
  Json variables(const Type& type, Bits bits);

  std::string raw_;
  std::size_t strings_ = 0;
  std::vector<Type> types_;
  std::set<std::uint32_t> kinds_, met_;
};

}  // namespace bpfmaps::test
