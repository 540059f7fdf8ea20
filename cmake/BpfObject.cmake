# SPDX-License-Identifier: BSD-2-Clause
# bpf_object(SOURCE OBJECT): compiles one .bpf.c for the kernel, with BTF.

# clang 14 is the oldest that these sources are tested with.
find_program(BPF_CLANG
  NAMES clang clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14
  DOC "clang >= 14 that compiles for BPF")
if(NOT BPF_CLANG)
  message(FATAL_ERROR "clang >= 14 is needed to compile *.bpf.c and was not found; "
    "install it (Debian: clang) or name it: -DBPF_CLANG=/path/to/clang")
endif()
execute_process(COMMAND ${BPF_CLANG} -dumpversion OUTPUT_VARIABLE BPF_CLANG_VERSION
  OUTPUT_STRIP_TRAILING_WHITESPACE)
if(BPF_CLANG_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "${BPF_CLANG} is version ${BPF_CLANG_VERSION}, but *.bpf.c need >= 14; "
    "name a newer one: -DBPF_CLANG=/path/to/clang")
endif()

# -mcpu=v3: 32-bit registers and jumps, which every kernel from 5.10 on takes.
# No path of this machine gets into the object, but clang must still find the source by what is left
# of it: BTF holds the text of each line, which the verifier quotes.
set(BPF_FLAGS -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -fdebug-compilation-dir=.)
# <asm/types.h> lies in a directory of the host's architecture where the distribution is multiarch.
set(BPF_INCLUDES ${LIBBPF_INCLUDE_DIRS})
if(CMAKE_LIBRARY_ARCHITECTURE)
  list(APPEND BPF_INCLUDES /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
endif()
list(TRANSFORM BPF_INCLUDES PREPEND -I)

function(bpf_object source object)
  cmake_path(GET object FILENAME name)
  add_custom_command(OUTPUT ${object}
    COMMAND ${BPF_CLANG} ${BPF_FLAGS} ${BPF_INCLUDES} -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source} DEPFILE ${object}.d WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Building BPF object ${name}" VERBATIM)
endfunction()
