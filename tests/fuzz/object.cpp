// SPDX-License-Identifier: BSD-2-Clause
// Object files: any bytes are refused with a reason or are an object, all of whose variables have
// types that a layout can be made of, or refused.
#include "fuzz/fuzz.h"
#include "layout/compile.h"
#include "object/inspect.h"
#include "object/open.h"
#include "object/variables.h"

using namespace bpfmaps;

namespace {

constexpr const char* kName = "fuzzed.bpf.o";

void expect_reason(const Error& error) {
  fuzz::expect(error.kind == Kind::invalid || error.kind == Kind::unsupported,
               "a refusal is about the object");
  fuzz::expect(!error.message().empty(), "a refusal has a reason");
}

/// As `prog load` does for `var NAME=VALUE`.
void set_every_variable(const object::ElfImage& image, const object::Spec& spec) {
  const auto opened = object::open_object(image);
  fuzz::expect(opened.has_value(), "what could be read can be opened again");
  const auto compile = [](const btf* types, std::uint32_t section, const std::string&,
                          std::span<unsigned char> bytes) -> Status {
    TRY(layout::compile(types, section, static_cast<std::uint32_t>(bytes.size())));
    return {};
  };
  for (const object::VariableSpec& variable : spec.variables) {
    const std::string words[] = {variable.name + "=0"};
    (void)object::set_variables(opened->get(), kName, words, compile);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto* begin = reinterpret_cast<const std::byte*>(bytes);
  const object::ElfImage image(kName, std::vector<std::byte>(begin, begin + size));
  const auto spec = object::inspect(image);
  if (!spec) {
    expect_reason(spec.error());
    return 0;
  }
  fuzz::expect(!spec->maps.empty() || !spec->programs.empty(), "an object declares something");
  set_every_variable(image, *spec);
  return 0;
}
