// SPDX-License-Identifier: BSD-2-Clause
#include "bench/travel.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/fd.h"
#include "bench/maps.h"
#include "bench/measure.h"
#include "support/must.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::bench {
namespace {

// All entries of the map, as they lie in memory for the batches.
struct Contents {
  std::uint32_t count = 0, key_size = 0, value_size = 0;
  std::vector<unsigned char> keys, values;
};

Contents contents_of(const std::string& pin) {
  const Fd map(bpf_obj_get(pin.c_str()));
  bpf_map_info info{};
  __u32 size = sizeof info;
  test::must(bpf_obj_get_info_by_fd(map.get(), &info, &size), "info");
  Contents all{.key_size = info.key_size, .value_size = info.value_size};
  all.keys.resize(std::size_t{info.max_entries} * info.key_size);
  all.values.resize(std::size_t{info.max_entries} * info.value_size);
  std::vector<unsigned char> token(info.key_size);
  for (bool first = true;; first = false) {
    __u32 some = std::min(4096u, info.max_entries - all.count);
    const int status = bpf_map_lookup_batch(
        map.get(), first ? nullptr : token.data(), token.data(),
        all.keys.data() + std::size_t{all.count} * info.key_size,
        all.values.data() + std::size_t{all.count} * info.value_size, &some, nullptr);
    all.count += some;
    if (status != 0 || all.count == info.max_entries) return all;
  }
}

// Nothing but BPF_MAP_UPDATE_BATCH from memory, on one thread.
void bare_write(const std::string& pin, const Contents& all) {
  const Fd map(bpf_obj_get(pin.c_str()));
  for (std::uint32_t done = 0; done < all.count;) {
    __u32 some = std::min(4096u, all.count - done);
    test::must(bpf_map_update_batch(map.get(), all.keys.data() + std::size_t{done} * all.key_size,
                                    all.values.data() + std::size_t{done} * all.value_size, &some,
                                    nullptr),
               "update");
    done += some;
  }
}

void print(const char* job, double seconds, const char* beside, double bare) {
  std::printf("| %s | %.4f s | %s | %.4f s | %.2f |\n", job, seconds, beside, bare, seconds / bare);
  std::fflush(stdout);
}

}  // namespace

void run_travel(const std::string& folder) {
  const std::string from = folder + "/flows", to = folder + "/flows_other";
  const std::string lines = "/tmp/bpfmaps_bench_" + std::to_string(getpid()) + ".jsonl";
  const auto bpfmaps = [](std::vector<std::string> words) {
    words.insert(words.begin(), BPFMAPS_BINARY);
    return words;
  };
  const auto run = [&](std::vector<std::string> words, int times) {
    return measure(bpfmaps(std::move(words)), Output::devnull, times).seconds;
  };
  run({"map", "copy", from, to, "--create"}, 1);
  run({"map", "save", from, lines}, 1);
  const Contents all = contents_of(from);
  const double read = measure([&] { bare_read(from); }, 3).seconds;
  const double write = measure([&] { bare_write(to, all); }, 3).seconds;
  std::printf("| job | time | beside | time | ratio |\n| --- | --: | --- | --: | --: |\n");
  print("`map save`", run({"map", "save", from}, 3), "bare batch read", read);
  print("`map import` of JSON lines", run({"map", "import", to, lines}, 3), "bare batch update",
        write);
  print("`map copy`", run({"map", "copy", from, to}, 3), "bare read and update", read + write);
  unlink(lines.c_str());
}

}  // namespace bpfmaps::bench
