# SPDX-License-Identifier: BSD-2-Clause
# How the program is linked: bpfmaps_quick_start. Statically where all that it needs is there as
# archives, since the loader of shared libraries takes a third of the time that looking one key up
# does. Still at an address that nobody can guess (static-pie). `BPFMAPS_LINKED_STATICALLY` tells.
include(CheckCSourceRuns)
include(CheckCXXSourceCompiles)
include(CheckLinkerFlag)
add_library(bpfmaps_quick_start INTERFACE)

# Sets STATIC_MISSING to why it cannot be.
function(find_what_a_static_program_lacks)
  foreach(target PkgConfig::LIBELF PkgConfig::LIBBPF PkgConfig::PCRE2)
    string(MAKE_C_IDENTIFIER "${target}_ARCHIVES_STAND_ALONE" stands_alone)
    if(NOT ${stands_alone})
      set(STATIC_MISSING "no archive for ${target} was found" PARENT_SCOPE)
    endif()
  endforeach()
  if(NOT PCAP_ARCHIVE_STANDS_ALONE)
    set(STATIC_MISSING "no archive of libpcap was found" PARENT_SCOPE)
  endif()
  find_library(MICROHTTPD_ARCHIVE NAMES libmicrohttpd.a)
  find_library(MICROHTTPD_LIBRARY NAMES microhttpd)
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
  set(CMAKE_REQUIRED_LIBRARIES Threads::Threads)
  if(MICROHTTPD_ARCHIVE)
    options_without_tls(main without_tls)
    list(TRANSFORM without_tls REPLACE "LINKER:" "-Wl,")
    list(APPEND CMAKE_REQUIRED_LINK_OPTIONS ${without_tls})
    list(APPEND CMAKE_REQUIRED_LIBRARIES ${MICROHTTPD_ARCHIVE})
    check_cxx_source_compiles("#include <sys/types.h>
      #include <microhttpd.h>
      int main() { return MHD_start_daemon(0, 0, nullptr, nullptr, nullptr, nullptr) == nullptr; }"
      MICROHTTPD_ARCHIVE_STANDS_ALONE)
  endif()
  if(MICROHTTPD_LIBRARY AND NOT MICROHTTPD_ARCHIVE_STANDS_ALONE)
    set(STATIC_MISSING "no archive of libmicrohttpd that can be linked was found" PARENT_SCOPE)
  endif()
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie ${PCAP_WITHOUT_DBUS})
  set(CMAKE_REQUIRED_LIBRARIES
    PkgConfig::LIBBPF PkgConfig::LIBELF PkgConfig::PCRE2 ${PCAP_ARCHIVE})
  # The headers of libbpf and libpcap cannot be included together.
  check_cxx_source_compiles("#include <iostream>
    extern \"C\" void* bpf_object__open(const char*);
    extern \"C\" void* elf_begin(int, int, void*);
    extern \"C\" void* pcap_open_dead(int, int);
    extern \"C\" int pcre2_config_8(unsigned, void*);
    const char* const words[] = {\"one\", \"two\"};
    int main(int count, char**) {
      std::cout << words[count % 2] << bpf_object__open(\"\") << elf_begin(0, 0, nullptr)
                << pcap_open_dead(0, 0) << pcre2_config_8(0, nullptr);
    }" STATIC_PIE_CAN_BE_LINKED)
  if(NOT STATIC_PIE_CAN_BE_LINKED)
    set(STATIC_MISSING "the compiler cannot link them with -static-pie" PARENT_SCOPE)
  endif()
endfunction()

set(BPFMAPS_LINKED_STATICALLY OFF)
if(BPFMAPS_SANITIZE OR (BPFMAPS_STATIC STREQUAL AUTO AND CMAKE_BUILD_TYPE STREQUAL Debug))
  # Sanitizers come as shared libraries, and debuggers know them better.
elseif(BPFMAPS_STATIC)
  find_what_a_static_program_lacks()
  if(NOT STATIC_MISSING)
    set(BPFMAPS_LINKED_STATICALLY ON)
  elseif(NOT BPFMAPS_STATIC STREQUAL AUTO)
    message(FATAL_ERROR "A static binary cannot be linked: ${STATIC_MISSING}")
  endif()
endif()
if(BPFMAPS_LINKED_STATICALLY)
  target_link_options(bpfmaps_quick_start INTERFACE -static-pie)
  # The linker warns of functions of the C library that look names of hosts and users up. libpcap and
  # LLVM have them; nothing here calls them.
  check_linker_flag(CXX -Wl,--no-warnings LINKER_WARNINGS_CAN_GO)
  if(LINKER_WARNINGS_CAN_GO)
    target_link_options(bpfmaps_quick_start INTERFACE -Wl,--no-warnings)
  endif()
elseif(NOT BPFMAPS_SANITIZE)
  target_link_options(bpfmaps_quick_start INTERFACE -static-libgcc -static-libstdc++)
endif()

# Relative relocations, of which the tables of commands are full, in an eightieth of the room: the C
# library must take them, too (glibc 2.36). And no code that nothing calls.
set(CMAKE_REQUIRED_LINK_OPTIONS -Wl,-z,pack-relative-relocs)
check_c_source_runs("int main(void) { return 0; }" RELATIVE_RELOCATIONS_CAN_BE_PACKED)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(RELATIVE_RELOCATIONS_CAN_BE_PACKED)
  target_link_options(bpfmaps_quick_start INTERFACE -Wl,-z,pack-relative-relocs)
endif()
check_linker_flag(CXX -Wl,--gc-sections UNUSED_SECTIONS_CAN_GO)
if(UNUSED_SECTIONS_CAN_GO)
  target_link_options(bpfmaps_quick_start INTERFACE -Wl,--gc-sections)
endif()
