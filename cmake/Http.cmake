# SPDX-License-Identifier: BSD-2-Clause
# What serves metrics: libmicrohttpd, in a module that `metrics serve` alone loads. The library and
# what it needs (GnuTLS) take milliseconds at every start of a program that is linked with it.

set(BPFMAPS_HTTP AUTO CACHE STRING "serve metrics over HTTP: ON, OFF, or AUTO for where libmicrohttpd is")
set_property(CACHE BPFMAPS_HTTP PROPERTY STRINGS AUTO ON OFF)

# options_without_tls(SYMBOL RESULT): linker options with which MICROHTTPD_ARCHIVE calls SYMBOL in
# place of GnuTLS, whose archives cannot be linked. Nothing here asks for TLS.
function(options_without_tls symbol result)
  execute_process(COMMAND ${CMAKE_NM} -u ${MICROHTTPD_ARCHIVE} OUTPUT_VARIABLE wanted ERROR_QUIET)
  string(REGEX MATCHALL "gnutls_[a-z0-9_]+" wanted "${wanted}")
  list(REMOVE_DUPLICATES wanted)
  list(TRANSFORM wanted REPLACE "(.+)" "LINKER:--defsym,\\1=${symbol}")
  set(${result} ${wanted} PARENT_SCOPE)
endfunction()

# link_http_statically(CORE): puts it into CORE, without TLS.
function(link_http_statically core)
  find_library(MICROHTTPD_ARCHIVE NAMES libmicrohttpd.a)
  if(NOT MICROHTTPD_ARCHIVE)
    message(STATUS "Metrics will not be served over HTTP: libmicrohttpd.a was not found")
    return()
  endif()
  options_without_tls(bpfmaps_no_tls wanted)
  set(source ${CMAKE_SOURCE_DIR}/src/http/server_mhd.cpp)
  target_sources(${core} PRIVATE ${source})
  set_source_files_properties(${source} ${CMAKE_SOURCE_DIR}/src/http/server.cpp
    PROPERTIES COMPILE_DEFINITIONS BPFMAPS_HTTP_LINKED)
  target_link_options(${core} PUBLIC ${wanted})
  target_link_libraries(${core} PUBLIC ${MICROHTTPD_ARCHIVE})
  target_compile_definitions(${core} INTERFACE BPFMAPS_HTTP_LINKED)  # for its tests
endfunction()

# link_http_server(CORE PROGRAM): builds the module, and tells CORE where it is.
function(link_http_server core program)
  if(NOT BPFMAPS_HTTP)
    return()
  endif()
  pkg_check_modules(MICROHTTPD IMPORTED_TARGET libmicrohttpd>=0.9.71)
  if(NOT MICROHTTPD_FOUND)
    if(NOT BPFMAPS_HTTP STREQUAL AUTO)
      message(FATAL_ERROR "libmicrohttpd was not found; install it (Debian: libmicrohttpd-dev) or go "
        "without: -DBPFMAPS_HTTP=OFF")
    endif()
    message(STATUS "Metrics will not be served over HTTP: libmicrohttpd was not found")
    return()
  endif()
  if(BPFMAPS_LINKED_STATICALLY)
    link_http_statically(${core})
    return()
  endif()
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/http/server.cpp PROPERTIES COMPILE_DEFINITIONS
    "BPFMAPS_HTTP_MODULE=\"bpfmaps-http.so\";BPFMAPS_HTTP_FOLDER=\"${BPFMAPS_MODULE_FOLDER}\"")
  target_link_libraries(${core} PUBLIC ${CMAKE_DL_LIBS})
  add_library(bpfmaps_http MODULE ${CMAKE_SOURCE_DIR}/src/http/server_mhd.cpp)
  set_target_properties(bpfmaps_http PROPERTIES PREFIX "" SUFFIX ""
    OUTPUT_NAME bpfmaps-http.so LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_link_libraries(bpfmaps_http PRIVATE bpfmaps_options PkgConfig::MICROHTTPD)
  if(NOT BPFMAPS_SANITIZE)
    target_link_options(bpfmaps_http PRIVATE -static-libgcc -static-libstdc++)
  endif()
  add_dependencies(${program} bpfmaps_http)
  install(TARGETS bpfmaps_http LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/bpfmaps)
endfunction()
