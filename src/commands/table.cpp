// SPDX-License-Identifier: BSD-2-Clause
// To add a verb: write its record and its run() in a file of its own, declare the record in
// records.h, and name it here.
#include "commands/table.h"

#include "commands/records.h"

namespace bpfmaps::commands {
namespace {

constexpr cli::Object kObjects[] = {
    {"map", "maps: what programs and user space share", ""},
    {"prog", "programs loaded into the kernel", ""},
    {"link", "links: what holds a program where it is attached", ""},
    {"pin", "pins: the names that objects have in a BPF file system", ""},
    {"obj", "object files and the built-in counters", ""},
};

constexpr const cli::Command* kCommands[] = {
    // map
    &kMapList,
    &kMapShow,
    &kMapDump,
    &kMapLookup,
    &kMapGetnext,
    &kMapUpdate,
    &kMapDelete,
    &kMapPin,
    &kMapFreeze,
    // prog
    &kProgList,
    &kProgShow,
    &kProgLoad,
    &kProgLoadall,
    &kProgAttach,
    &kProgDetach,
    &kProgRun,
    &kProgPin,
    // link
    &kLinkList,
    &kLinkShow,
    &kLinkPin,
    &kLinkDetach,
    // pin
    &kPinList,
    &kPinShow,
    &kPinAdd,
    &kPinRm,
    &kPinMount,
    // obj
    &kObjList,
    &kObjShow,
};

}  // namespace

const cli::Table& table() {
  static constexpr cli::Table kTable{kObjects, kCommands};
  return kTable;
}

}  // namespace bpfmaps::commands
