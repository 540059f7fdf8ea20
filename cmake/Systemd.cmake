# SPDX-License-Identifier: BSD-2-Clause
# Units for metrics: where they are installed, none of them is switched on.
set(BPFMAPS_UNITS ${CMAKE_INSTALL_PREFIX}/lib/systemd/system CACHE PATH "where systemd finds units")
file(READ ${CMAKE_SOURCE_DIR}/systemd/hardened.conf HARDENED)
string(STRIP "${HARDENED}" HARDENED)
foreach(unit bpfmaps-metrics.service bpfmaps-textfile.service)
  configure_file(systemd/${unit}.in ${CMAKE_BINARY_DIR}/systemd/${unit} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/systemd/${unit} DESTINATION ${BPFMAPS_UNITS})
endforeach()
install(FILES systemd/bpfmaps-metrics.socket systemd/bpfmaps-textfile.timer DESTINATION ${BPFMAPS_UNITS})
