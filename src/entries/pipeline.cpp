// SPDX-License-Identifier: BSD-2-Clause
#include "entries/pipeline.h"

#include <exception>
#include <thread>

#include "base/caught.h"

namespace bpfmaps::entries {

EntryPipeline::EntryPipeline(const TypedMap& typed, const layout::Query* query)
    : reduction_(typed.reduction.get()) {
  if (query != nullptr) matcher_.emplace(*query);
}

Entries EntryPipeline::operator()(const Entries& entries) {
  const Entries whole = reduction_ != nullptr ? reduced(entries) : entries;
  return matcher_ ? matcher_->keep(whole) : whole;
}

Entries EntryPipeline::reduced(Entries entries) {
  const std::size_t size = reduction_->size();
  values_.resize(size * entries.count);
  for (std::size_t i = 0; i < entries.count; ++i)
    reduction_->apply(entries.value(i), values_.data() + i * size);
  entries.values = values_.data();
  entries.value_stride = size;
  return entries;
}

EntrySizes entry_sizes(const TypedMap& typed) {
  EntrySizes sizes{typed.map.info().key_size, typed.shape.size};
  // Keys of inner maps, and what stood for ids in a saved map, are not as the kernel has them.
  if (typed.inner || typed.saved) sizes.key = typed.key.root().size;
  if (typed.map.info().key_size == 0) sizes.key = 0;
  if (typed.resolver)
    (typed.resolver->of_keys() ? sizes.key : sizes.value) = typed.resolver->layout().root().size;
  if (typed.reduction) sizes.value = typed.reduction->size();
  return sizes;
}

Status on_threads(kernel::Source& source, const std::function<void(kernel::PartReader&)>& work) {
  const unsigned count = source.most_readers();
  std::vector<Status> ends(count);
  const auto run = [&](unsigned i) { ends[i] = caught([&] { work(*source.reader()); }); };
  std::vector<std::thread> threads;
  threads.reserve(count);
  try {
    for (unsigned i = 1; i < count; ++i) threads.emplace_back(run, i);
  } catch (const std::exception&) {
    // The kernel, or memory, gives no more: the threads there are read all parts.
  }
  run(0);
  for (std::thread& thread : threads) thread.join();
  for (Status& end : ends) TRY(std::move(end));
  return {};
}

}  // namespace bpfmaps::entries
