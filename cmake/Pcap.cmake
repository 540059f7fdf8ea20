# SPDX-License-Identifier: BSD-2-Clause
# The target bpfmaps_pcap: libpcap, of which nothing is used but reading and writing files.
#
# Its shared library loads a dozen others for capturing from D-Bus, which costs every start of the
# program more than a millisecond. So its archive is linked where there is one, with the entry of
# that module at 0: where libpcap's table of such modules ends.
find_path(PCAP_INCLUDE_DIR pcap/pcap.h REQUIRED)
find_library(PCAP_ARCHIVE NAMES libpcap.a)
add_library(bpfmaps_pcap INTERFACE)
target_include_directories(bpfmaps_pcap SYSTEM INTERFACE ${PCAP_INCLUDE_DIR})

set(PCAP_WITHOUT_DBUS -Wl,--defsym,dbus_create=0 -Wl,--defsym,dbus_findalldevs=0)
if(PCAP_ARCHIVE)
  include(CheckCSourceCompiles)
  set(CMAKE_REQUIRED_INCLUDES ${PCAP_INCLUDE_DIR})
  set(CMAKE_REQUIRED_LINK_OPTIONS ${PCAP_WITHOUT_DBUS})
  set(CMAKE_REQUIRED_LIBRARIES ${PCAP_ARCHIVE})
  check_c_source_compiles("#include <pcap/pcap.h>
    int main(void) { return pcap_open_dead(0, 0) == 0; }" PCAP_ARCHIVE_STANDS_ALONE)
  unset(CMAKE_REQUIRED_INCLUDES)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(PCAP_ARCHIVE_STANDS_ALONE)
  target_link_options(bpfmaps_pcap INTERFACE ${PCAP_WITHOUT_DBUS})
  target_link_libraries(bpfmaps_pcap INTERFACE ${PCAP_ARCHIVE})
else()
  find_library(PCAP_LIBRARY NAMES pcap REQUIRED)
  target_link_libraries(bpfmaps_pcap INTERFACE ${PCAP_LIBRARY})
endif()
