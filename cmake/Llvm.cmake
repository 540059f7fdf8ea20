# SPDX-License-Identifier: BSD-2-Clause
# What disassembles compiled programs: LLVM's static libraries, those for this machine's code alone,
# in a program of their own. The shared libLLVM takes 9 ms to load; the relocations of the static
# ones nearly 1 ms, at every start of a program that can be loaded anywhere. So the one command that
# wants it starts that program, and bpfmaps itself can be linked statically.

set(BPFMAPS_LLVM AUTO CACHE STRING "disassemble compiled programs: ON, OFF, or AUTO for where LLVM is")
set_property(CACHE BPFMAPS_LLVM PROPERTY STRINGS AUTO ON OFF)
file(RELATIVE_PATH BPFMAPS_MODULE_FOLDER
  ${CMAKE_INSTALL_FULL_SBINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/bpfmaps)

# llvm_config(WORDS RESULT): what llvm-config says; "" where it refuses.
function(llvm_config words result)
  execute_process(COMMAND ${LLVM_CONFIG} ${words} OUTPUT_VARIABLE answer ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    set(answer "")
  endif()
  set(${result} "${answer}" PARENT_SCOPE)
endfunction()

# Sets LLVM_INCLUDE and LLVM_LIBRARIES, or LLVM_MISSING to what is.
function(find_llvm)
  find_program(LLVM_CONFIG NAMES llvm-config llvm-config-21 llvm-config-20 llvm-config-19
    llvm-config-18 llvm-config-17 llvm-config-16 llvm-config-15 llvm-config-14
    DOC "llvm-config of LLVM >= 14")
  if(NOT LLVM_CONFIG)
    set(LLVM_MISSING "llvm-config was not found" PARENT_SCOPE)
    return()
  endif()
  llvm_config(--version version)
  llvm_config(--includedir include)
  llvm_config(--libdir folder)
  set(header ${include}/llvm/Config/llvm-config.h)
  if(version VERSION_LESS 14 OR NOT EXISTS ${header} OR NOT EXISTS ${include}/llvm-c/Disassembler.h)
    set(LLVM_MISSING "${LLVM_CONFIG} (${version}) is older than 14 or has no headers" PARENT_SCOPE)
    return()
  endif()
  file(STRINGS ${header} native REGEX "define LLVM_NATIVE_ARCH ")
  string(REGEX REPLACE ".* " "" native "${native}")
  string(TOLOWER "${native}" native)
  llvm_config("--link-static;--libs;${native}desc;${native}disassembler" libraries)
  if(NOT libraries)
    set(LLVM_MISSING "${LLVM_CONFIG} has no static libraries for ${native}" PARENT_SCOPE)
    return()
  endif()
  llvm_config("--link-static;--system-libs" system)
  separate_arguments(libraries)
  separate_arguments(system)
  # What other parts of LLVM need, and what is not there as a static library.
  list(FILTER system EXCLUDE REGEX "z3|xml2|ffi|edit")
  set(LLVM_INCLUDE ${include} PARENT_SCOPE)
  set(LLVM_VERSION ${version} PARENT_SCOPE)
  set(LLVM_LIBRARIES -L${folder} ${libraries} ${system} PARENT_SCOPE)
  message(STATUS "Disassembling compiled programs with LLVM ${version}")
endfunction()

if(BPFMAPS_LLVM)
  find_llvm()
  if(LLVM_MISSING AND BPFMAPS_LLVM STREQUAL AUTO)
    message(STATUS "Compiled programs will not be disassembled: ${LLVM_MISSING}")
  elseif(LLVM_MISSING)
    message(FATAL_ERROR "${LLVM_MISSING}; install it (Debian: llvm-dev), name it: "
      "-DLLVM_CONFIG=/path/to/llvm-config, or go without: -DBPFMAPS_LLVM=OFF")
  endif()
endif()

# link_host_disassembler(CORE PROGRAM): builds it, and tells CORE where it is.
function(link_host_disassembler core program)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/disasm/host.cpp PROPERTIES COMPILE_DEFINITIONS
    "BPFMAPS_HOST_PROGRAM=\"bpfmaps-llvm\";BPFMAPS_HOST_FOLDER=\"${BPFMAPS_MODULE_FOLDER}\"")
  if(NOT LLVM_LIBRARIES)
    return()
  endif()
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/commands/shared/version_text.cpp PROPERTIES
    COMPILE_DEFINITIONS "BPFMAPS_LLVM_VERSION=\"${LLVM_VERSION}\"")
  add_executable(bpfmaps_llvm ${CMAKE_SOURCE_DIR}/src/llvm_main.cpp)
  set_target_properties(bpfmaps_llvm PROPERTIES OUTPUT_NAME bpfmaps-llvm)
  target_include_directories(bpfmaps_llvm SYSTEM PRIVATE ${LLVM_INCLUDE})
  target_link_libraries(bpfmaps_llvm PRIVATE bpfmaps_options ${LLVM_LIBRARIES})
  target_link_options(bpfmaps_llvm PRIVATE LINKER:--as-needed)
  if(NOT BPFMAPS_SANITIZE)
    target_link_libraries(bpfmaps_llvm PRIVATE bpfmaps_quick_start)
  endif()
  add_dependencies(${program} bpfmaps_llvm)
  install(TARGETS bpfmaps_llvm RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/bpfmaps)
endfunction()
