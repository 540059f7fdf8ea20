// SPDX-License-Identifier: BSD-2-Clause
// The records that the verbs' files define, one line each.
#pragma once

#include "cli/command.h"

namespace bpfmaps::commands {

extern const cli::Command kMapList;
extern const cli::Command kMapShow;
extern const cli::Command kMapDump;
extern const cli::Command kMapSave;
extern const cli::Command kMapRestore;
extern const cli::Command kMapImport;
extern const cli::Command kMapCopy;
extern const cli::Command kMapLookup;
extern const cli::Command kMapGetnext;
extern const cli::Command kMapSchema;
extern const cli::Command kMapUpdate;
extern const cli::Command kMapDelete;
extern const cli::Command kMapCount;
extern const cli::Command kMapClear;
extern const cli::Command kMapPeek;
extern const cli::Command kMapPop;
extern const cli::Command kMapDequeue;
extern const cli::Command kMapPush;
extern const cli::Command kMapEnqueue;
extern const cli::Command kMapPin;
extern const cli::Command kMapCreate;
extern const cli::Command kMapFreeze;
extern const cli::Command kMapWatch;
extern const cli::Command kMapTail;
extern const cli::Command kProgList;
extern const cli::Command kProgShow;
extern const cli::Command kProgLoad;
extern const cli::Command kProgLoadall;
extern const cli::Command kProgAttach;
extern const cli::Command kProgDetach;
extern const cli::Command kProgRun;
extern const cli::Command kProgStats;
extern const cli::Command kProgLog;
extern const cli::Command kProgMaps;
extern const cli::Command kProgDump;
extern const cli::Command kProgPin;
extern const cli::Command kLinkList;
extern const cli::Command kLinkShow;
extern const cli::Command kLinkPin;
extern const cli::Command kLinkUpdate;
extern const cli::Command kLinkDetach;
extern const cli::Command kPinList;
extern const cli::Command kPinShow;
extern const cli::Command kPinAdd;
extern const cli::Command kPinRm;
extern const cli::Command kPinMv;
extern const cli::Command kPinMount;
extern const cli::Command kObjList;
extern const cli::Command kObjShow;
extern const cli::Command kNetList;
extern const cli::Command kCgroupList;
extern const cli::Command kBtfList;
extern const cli::Command kBtfDump;
extern const cli::Command kProgRead;
extern const cli::Command kMapRegister;
extern const cli::Command kMetricsShow;
extern const cli::Command kMetricsCheck;
extern const cli::Command kMetricsWrite;
extern const cli::Command kMetricsServe;
extern const cli::Command kCompletionBash;
extern const cli::Command kCompletionZsh;
extern const cli::Command kCompletionFish;
extern const cli::Command kShellComplete;
extern const cli::Command kShellGenerate;

}  // namespace bpfmaps::commands
