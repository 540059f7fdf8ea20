# SPDX-License-Identifier: BSD-2-Clause
# check_headers(TARGET): makes the target `headers`, which compiles each header of src/ and tests/
# alone, with TARGET's definitions and folders. A header that relies on what its users include
# first fails. Only the syntax is checked, by clang, and only for headers that changed.
#
# The standard headers are compiled once for all, since they take most of the time; that each is
# asked for by name is checked by tests/unit/includes_test.cpp.
function(check_headers target)
  set(folder ${CMAKE_BINARY_DIR}/headers)
  set(definitions "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
  set(folders "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
  set(clang ${BPF_CLANG} --driver-mode=g++ -std=c++20 -fPIC
    "-D$<JOIN:${definitions},$<SEMICOLON>-D>" "-I$<JOIN:${folders},$<SEMICOLON>-I>")

  file(MAKE_DIRECTORY ${folder})
  set(standard ${folder}/standard.h)
  file(CONFIGURE OUTPUT ${standard} CONTENT "#include <algorithm>\n#include <functional>\n\
#include <map>\n#include <memory>\n#include <optional>\n#include <span>\n#include <string>\n\
#include <variant>\n#include <vector>\n#include <tl/expected.hpp>\n#include <nlohmann/json.hpp>\n\
#include <gmock/gmock.h>\n")
  add_custom_command(OUTPUT ${standard}.pch DEPENDS ${standard}
    COMMAND ${clang} -x c++-header ${standard} -o ${standard}.pch
    COMMAND_EXPAND_LISTS VERBATIM COMMENT "Compiling the standard headers")

  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
    ${CMAKE_SOURCE_DIR}/src/*.h ${CMAKE_SOURCE_DIR}/tests/*.h)
  foreach(header ${headers})
    set(done ${folder}/${header}.done)
    get_filename_component(parent ${done} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    add_custom_command(OUTPUT ${done} DEPENDS ${CMAKE_SOURCE_DIR}/${header} ${standard}.pch
      DEPFILE ${done}.d
      COMMAND ${clang} -fsyntax-only -include-pch ${standard}.pch -MD -MT ${done} -MF ${done}.d
        -include ${CMAKE_SOURCE_DIR}/${header} -x c++ /dev/null
      COMMAND ${CMAKE_COMMAND} -E touch ${done}
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
      COMMAND_EXPAND_LISTS VERBATIM COMMENT "${header} alone")
    list(APPEND all ${done})
  endforeach()
  add_custom_target(headers DEPENDS ${all})
endfunction()
