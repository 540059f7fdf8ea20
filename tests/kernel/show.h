// SPDX-License-Identifier: BSD-2-Clause
// What the program and its oracle, Debian's bpftool, say of an object, as JSON.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/run.h"

namespace bpfmaps::test {

using Json = nlohmann::json;

/// The answer of `bpfmaps WORDS --json`.
inline Json ask(std::vector<std::string> words) {
  words.emplace_back("--json");
  const Ran ran = run_bpfmaps(words);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  return Json::parse(ran.out);
}

/// The answer of `bpftool -jf WORDS`, whatever its exit code: 7.1 ends with 255 after showing a
/// link. What differs by design is brought into our form: yes-or-no fields are true or false.
inline Json ask_bpftool(std::vector<std::string> words) {
  words.insert(words.begin(), {"bpftool", "-j", "-f"});
  Json answer = Json::parse(run(words).out);
  if (answer.contains("frozen")) answer["frozen"] = answer["frozen"] != 0;
  return answer;
}

/// Each field of `theirs` is one of `ours` with the same value.
inline void expect_fields(const Json& ours, const Json& theirs) {
  for (const auto& [name, value] : theirs.items()) {
    ASSERT_TRUE(ours.contains(name)) << name << " in " << ours;
    EXPECT_EQ(ours[name], value) << name << " in " << ours;
  }
}

}  // namespace bpfmaps::test
