// SPDX-License-Identifier: BSD-2-Clause
#include "layout/type_words.h"

#include <gtest/gtest.h>

#include "layout/program.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;

TEST(TypeWords, mac_and_eth_count_as_words) {
  for (const char* name : {"mac", "smac", "dst_mac", "srcMac", "eth", "eth_dst", "mac2", "h_dest",
                           "h_source", "MAC", "hwaddr"})
    EXPECT_TRUE(speaks_of_mac(name)) << name;
  for (const char* name : {"method", "machine", "macro", "something", "", "dest", "emacs"})
    EXPECT_FALSE(speaks_of_mac(name)) << name;
}

TEST(TypeWords, addr_and_words_that_start_with_ip_speak_of_addresses) {
  for (const char* name :
       {"saddr", "address", "ip", "src_ip", "ipv4_dst", "clientIp", "IPv4", "ip4"})
    EXPECT_TRUE(speaks_of_address(name)) << name;
  for (const char* name : {"seq", "spi", "ack", "zip", "tip", "ship_to", "source", ""})
    EXPECT_FALSE(speaks_of_address(name)) << name;
}

TEST(TypeWords, numbers_in_network_order_are_addresses_where_a_name_or_type_says_so) {
  Types types;
  const int be32 = types.type_name("__be32", types.integer("__u32", 4));
  const int be16 = types.type_name("__be16", types.integer("__u16", 2));
  const int be64 = types.type_name("__be64", types.integer("__u64", 8));
  const int in_addr = types.structure("in_addr", 4, {{"s_addr", be32, 0}});
  const int named = types.type_name("node_ip_t", be32);
  const Layout layout =
      types.layout(types.structure("s", 40,
                                   {{"seq", be32, 0},
                                    {"saddr", be32, 32},
                                    {"in", in_addr, 64},
                                    {"peer", named, 96},
                                    {"ips", types.array(be32, 2), 128},
                                    {"cookie", be64, 192},
                                    {"port", be16, 256},
                                    {"plain_addr", types.integer("__u32", 4), 288}}));
  const std::vector<unsigned char> bytes = {0, 0, 1,  2, 10, 0,   0,  1, 10, 0, 0, 2, 10, 0,
                                            0, 3, 10, 0, 0,  4,   10, 0, 0,  5, 0, 0, 0,  0,
                                            0, 0, 1,  0, 1,  187, 0,  0, 1,  0, 0, 0};
  EXPECT_EQ(text_of(layout, layout.root(), bytes.data(), {.meanings = true}),
            R"({"seq":258,"saddr":"10.0.0.1","in":"10.0.0.2","peer":"10.0.0.3",)"
            R"("ips":["10.0.0.4","10.0.0.5"],"cookie":256,"port":443,"plain_addr":1})");
  EXPECT_EQ(text_of(layout, layout.root(), bytes.data(), {}),
            R"({"seq":258,"saddr":167772161,"in":{"s_addr":167772162},"peer":167772163,)"
            R"("ips":[167772164,167772165],"cookie":256,"port":443,"plain_addr":1})");
}

}  // namespace
}  // namespace bpfmaps::layout
