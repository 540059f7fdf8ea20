// SPDX-License-Identifier: BSD-2-Clause
// To add a verb: write its record and its run() in a file of its own, declare the record in
// records.h, name it here, and run tools/generate for its man page and completion.
#include "commands/table.h"

#include "commands/records.h"
#include "commands/records_many.h"

namespace bpfmaps::commands {
namespace {

constexpr cli::Object kObjects[] = {
    {"map", "what programs and user space share",
     "A map holds entries, a key and a value each, that programs and user space read and write. "
     "Keys and values are shown, and taken, by the types that came with the map: a struct by its "
     "fields, an enum by its names. A map without types is shown as bytes.\n\n"
     "What cannot be read is never called empty: it is refused with the reason."},
    {"prog", "programs in the kernel",
     "A program is loaded from an object file, or from one of the counters that are built in, "
     "pinned so that it stays, and attached where it should run."},
    {"link", "what holds a program where it is attached",
     "A link ties a program to where it runs, and lives as long as a process or a pin holds it."},
    {"pin", "the names that objects have in a BPF file system",
     "A pin keeps a map, a program or a link in the kernel when no process holds it any more. "
     "Removing the last pin of something that nothing else uses removes the thing itself."},
    {"net", "programs that packets pass",
     "Programs that packets pass on the interfaces of this network namespace and in the namespace "
     "itself, however they were attached."},
    {"cgroup", "what runs for the processes of a cgroup",
     "Programs that are attached to cgroups, by links or directly."},
    {"btf", "types",
     "BTF describes the types of C programs: those of the kernel, and those that programs and maps "
     "came with."},
    {"metrics", "numbers for Prometheus",
     "What maps and programs take, do and hold, as text that Prometheus and all that read its "
     "format understand."},
    {"obj", "object files and the built-in counters",
     "An object is an ELF file that clang made from BPF C: it declares maps and holds programs. "
     "These commands load nothing into the kernel; `prog load` does."},
    {"batch", "run the commands of a file",
     "Hundreds of commands in one process cost little more than one of them: a process is started "
     "once, and the types of a map are read once."},
    {"completion", "what makes TAB complete in a shell",
     "A script for bash, zsh or fish that asks the program what may come next. Packages install "
     "it; "
     "who has only the program prints it."},
};

constexpr const cli::Command* kCommands[] = {
    // map
    &kMapList,
    &kMapShow,
    &kMapDump,
    &kMapLookup,
    &kMapGetnext,
    &kMapCount,
    &kMapWatch,
    &kMapTail,
    &kMapDiff,
    &kMapSchema,
    &kMapSave,
    &kMapRestore,
    &kMapImport,
    &kMapCopy,
    &kMapUpdate,
    &kMapDelete,
    &kMapClear,
    &kMapPeek,
    &kMapPop,
    &kMapDequeue,
    &kMapPush,
    &kMapEnqueue,
    &kMapRegister,
    &kMapPin,
    &kMapCreate,
    &kMapResize,
    &kMapFreeze,
    // prog
    &kProgList,
    &kProgShow,
    &kProgLoad,
    &kProgLoadall,
    &kProgAttach,
    &kProgDetach,
    &kProgRun,
    &kProgStats,
    &kProgLog,
    &kProgMaps,
    &kProgDump,
    &kProgRead,
    &kProgPin,
    // link
    &kLinkList,
    &kLinkShow,
    &kLinkPin,
    &kLinkUpdate,
    &kLinkDetach,
    // pin
    &kPinList,
    &kPinShow,
    &kPinAdd,
    &kPinRm,
    &kPinMv,
    &kPinMount,
    // net
    &kNetList,
    // cgroup
    &kCgroupList,
    // btf
    &kBtfList,
    &kBtfDump,
    // metrics
    &kMetricsShow,
    &kMetricsWrite,
    &kMetricsServe,
    &kMetricsCheck,
    // obj
    &kObjList,
    &kObjShow,
    // batch
    &kBatch,
    // completion
    &kCompletionBash,
    &kCompletionZsh,
    &kCompletionFish,
    // for completion scripts and for making them: their object is no object of the program's
    &kShellComplete,
    &kShellGenerate,
};

}  // namespace

const cli::Table& table() {
  static constexpr cli::Table kTable{kObjects, kCommands};
  return kTable;
}

}  // namespace bpfmaps::commands
