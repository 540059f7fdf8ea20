// SPDX-License-Identifier: BSD-2-Clause
// --where: any text is refused with a reason or is a question; the opposite question has the
// opposite answer.
#include <string>

#include "base/caught.h"
#include "fuzz/fuzz.h"
#include "layout/query.h"
#include "unit/layout/flow.h"

using namespace bpfmaps;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const layout::testing::FlowTypes types;
  static const layout::testing::FlowEntry entry = layout::testing::telling_entry();
  const auto fits = [](const layout::Query& query) {
    return layout::Matcher(query).fits(reinterpret_cast<const unsigned char*>(&entry.key),
                                       reinterpret_cast<const unsigned char*>(&entry.value));
  };
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto query = layout::Query::compile(types.spec(), text);
  if (!query) {
    fuzz::expect(query.error().kind == Kind::usage, "a refusal is about what was typed");
    fuzz::expect(!query.error().context.empty(), "a refusal has a reason");
    return 0;
  }
  const auto opposite = layout::Query::compile(types.spec(), "!(" + text + ")");
  fuzz::expect(opposite.has_value(), "a question has an opposite");
  try {
    fuzz::expect(fits(*query) != fits(*opposite), "the opposite has the opposite answer");
  } catch (const Thrown&) {
    // A pattern that runs out of its limits.
  }
  return 0;
}
