// SPDX-License-Identifier: BSD-2-Clause
// Names of metrics and labels: what Prometheus allows, and how its users write them.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::output {

/// `text` in lower case with underscores between its words: "srcMac" as "src_mac", "a.b[0]" as
/// "a_b_0"; whatever is neither letter nor digit parts words. "_" where nothing is left. May begin
/// with a digit.
std::string snake_case(std::string_view text);

/// The same as a name of a label: one that begins with a digit gets an underscore in front.
std::string label_name(std::string_view text);

/// A name without its unit, the unit that Prometheus wants in its place, and what turns a number
/// into that unit: "lat_ns" is "lat", "seconds", 1e-9.
struct UnitName {
  std::string name;  ///< "" where the unit was all
  std::string unit = {};
  double scale = 1;
};
/// Reads the last word of `name`, which is in snake case: bytes, and abbreviations of times.
UnitName split_unit(std::string_view name);
/// The unit of that word: "ns", "milliseconds", "bytes"... A scale of 0 for what is none.
UnitName unit_of(std::string_view word);

/// `name` with `unit` as its last word, unless it is.
std::string with_unit(std::string name, std::string_view unit);

/// `name` as that of a gauge: what ends like a part of a counter or histogram gets "_value".
std::string gauge_name(std::string name);

}  // namespace bpfmaps::output
