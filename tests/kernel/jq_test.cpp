// SPDX-License-Identifier: BSD-2-Clause
// Queries mean what jq finds in the whole dump: the same entries, in the same order, as text.
#include <gmock/gmock.h>

#include "golden/maps.h"
#include "kernel/crowd.h"
#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

struct Case {
  std::string map;
  std::string form;      ///< options for both dumps
  std::string question;  ///< those for one
  std::string filter;    ///< what jq does with the other, an array
};

const std::string kMembers = "members", kFlows = "golden/flows", kEach = "golden/stats_percpu";

const Case kCases[] = {
    {kMembers, "", "--where 'points >= 500000'", "select(.value.points >= 500000)"},
    {kMembers, "", "--where 'balance < -990 || balance == 1000'",
     "select(.value.balance < -990 or .value.balance == 1000)"},
    {kMembers, "", "--where '!(group != 3) && key > 100'",
     "select((.value.group != 3 | not) and .key > 100)"},
    {kMembers, "", "--where 'group in (1, 3, 0x60) && points & 1'",
     "select((.value.group | IN(1, 3, 96)) and .value.points % 2 == 1)"},
    {kMembers, "", "--where 'group not in (1, 3) && key <= 50'",
     "select((.value.group | IN(1, 3) | not) and .key <= 50)"},
    {kMembers, "", "--where 'points & 6 == 2'", "select(.value.points % 8 | IN(2, 3))"},
    {kMembers, "", "--where 'name == \"m17\"'", "select(.value.name == \"m17\")"},
    {kMembers, "", "--where 'name > \"m98\"'", "select(.value.name > \"m98\")"},
    {kMembers, "", "--where 'name =~ \"^m9.*5$\"'", "select(.value.name | test(\"^m9.*5$\"))"},
    {kMembers, "", "--where 'name !~ \"[0-8]\"'", "select(.value.name | test(\"[0-8]\") | not)"},
    {kMembers, "", "--where 'balance > group'", "select(.value.balance > .value.group)"},
    {kMembers, "", "--where balance", "select(.value.balance != 0)"},
    {kMembers, "", "--where 'group == 1 || group == 2 && balance > 0'",
     "select(.value.group == 1 or (.value.group == 2 and .value.balance > 0))"},
    {kMembers, "", "--sort points", "sort_by(.value.points)[]"},
    {kMembers, "", "--sort name", "sort_by(.value.name)[]"},
    {kMembers, "", "--sort balance --top 30", "sort_by(-.value.balance)[:30][]"},
    {kMembers, "", "--where 'group < 9' --sort points --limit 7",
     "map(select(.value.group < 9)) | sort_by(.value.points)[:7][]"},
    {kMembers, "", "--limit 11", ".[:11][]"},
    {kMembers, "", "--fields name,key --where 'group == 5'",
     "map(select(.value.group == 5))[] | {key, value: {name: .value.name}}"},
    {kFlows, "--net", "--where 'saddr in 10.0.0.0/24'",
     "select(.key.saddr | startswith(\"10.0.0.\"))"},
    {kFlows, "--net", "--where 'dport in (443, 22)'", "select(.key.dport | IN(443, 22))"},
    {kFlows, "--net", "--where 'mac == 02:00:00:00:00:02'",
     "select(.value.mac == \"02:00:00:00:00:02\")"},
    {kFlows, "", "--where 'state != STATE_NEW'", "select(.value.state != \"STATE_NEW\")"},
    {kFlows, "", "--where trusted", "select(.value.trusted)"},
    {kFlows, "", "--where 'level < 0 && tos == 2'", "select(.value.level < 0 and .value.tos == 2)"},
    {kFlows, "", "--where 'mark_bytes[0] == 255'", "select(.value.mark_bytes[0] == 255)"},
    {"golden/policy", "", "--where 'value == XDP_DROP'", "select(.value == \"XDP_DROP\")"},
    {kEach, "", "--where 'packets > 9'", "select(any(.values[].value; .packets > 9))"},
    {kEach, "--cpu sum", "--where 'packets > 9'", "select(.value.packets > 9)"},
    {kEach, "--cpu max", "--where 'key == XDP_TX'", "select(.key == \"XDP_TX\")"},
};

class JqTest : public KernelTest {};

std::string answer(const std::string& script) {
  const Ran ran = run({"bash", "-o", "pipefail", "-c", script},
                      {.environment = {std::string("BPFMAPS=") + BPFMAPS_BINARY}});
  EXPECT_EQ(ran.exit_code, 0) << script << "\n" << ran.err;
  return ran.out;
}

TEST_F(JqTest, finds_the_same_entries) {
  make_golden_maps();
  // 64-bit numbers above 2^53 are not what they were behind jq.
  const Ran deleted = run_bpfmaps({"map", "delete", pin(kFlows), "--where", "saddr == 10.9.8.7"});
  ASSERT_EQ(deleted.exit_code, 0) << deleted.err;
  const Fixture crowd("crowd");
  crowd.pin_maps(kBpffs);
  put_members(crowd.map("members"), 3000);
  for (const auto& [map, form, question, filter] : kCases) {
    const std::string dump = "\"$BPFMAPS\" map dump " + pin(map) + " --jsonl " + form;
    const std::string found = answer(dump + " " + question);
    EXPECT_NE(found, "") << question << " keeps nothing, which shows nothing";
    EXPECT_EQ(found, answer(dump + " | jq -sc '" + (filter.starts_with("select") ? ".[] | " : "") +
                            filter + "'"))
        << question;
  }
}

}  // namespace
}  // namespace bpfmaps::test
