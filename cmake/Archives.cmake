# SPDX-License-Identifier: BSD-2-Clause
# Links libbpf, libelf and what they need from their archives where those are there: loading each
# shared library takes a start of the program 0.05 to 0.1 ms.
include(CheckCSourceCompiles)

# prefer_archives(TARGET CODE NAME...): lets the imported TARGET link lib<NAME>.a for each NAME in
# place of shared libraries, if CODE can be linked so.
function(prefer_archives target code)
  set(archives "")
  foreach(name ${ARGN})
    find_library(${name}_ARCHIVE NAMES lib${name}.a)
    if(NOT ${name}_ARCHIVE)
      return()
    endif()
    list(APPEND archives ${${name}_ARCHIVE})
  endforeach()
  set(CMAKE_REQUIRED_LIBRARIES ${archives})
  get_target_property(CMAKE_REQUIRED_INCLUDES ${target} INTERFACE_INCLUDE_DIRECTORIES)
  if(NOT CMAKE_REQUIRED_INCLUDES)
    set(CMAKE_REQUIRED_INCLUDES "")
  endif()
  string(MAKE_C_IDENTIFIER "${target}_ARCHIVES_STAND_ALONE" stands_alone)
  check_c_source_compiles("${code}" ${stands_alone})
  if(${stands_alone})
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${archives}")
  endif()
endfunction()

# Newer libelf reads sections that zstd compressed, too.
set(ELF_ARCHIVES elf z)
find_library(zstd_ARCHIVE NAMES libzstd.a)
if(zstd_ARCHIVE)
  list(APPEND ELF_ARCHIVES zstd)
endif()
prefer_archives(PkgConfig::LIBELF
  "#include <libelf.h>\nint main(void) { return elf_begin(0, ELF_C_READ, 0) == 0; }" ${ELF_ARCHIVES})
prefer_archives(PkgConfig::LIBBPF
  "#include <bpf/libbpf.h>\nint main(void) { return bpf_object__open(\"\") == 0; }"
  bpf ${ELF_ARCHIVES})
prefer_archives(PkgConfig::PCRE2 "#define PCRE2_CODE_UNIT_WIDTH 8\n#include <pcre2.h>\n\
int main(void) { return pcre2_config(PCRE2_CONFIG_UNICODE, 0) < 0; }" pcre2-8)
