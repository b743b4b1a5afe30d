#include "node/log/log.h"

#include <gtest/gtest.h>

namespace commons::node {
namespace {

TEST(Log, OneEventIsOneLineWhateverTheValueHolds) {
  EXPECT_EQ(FormatEvent("import", {{"dataset", "covid_cases"}, {"epoch", 3}}),
            "event=import dataset=covid_cases epoch=3");
  EXPECT_EQ(FormatEvent("peer", {{"name", "a\nlevel=error event=\"x\""}, {"empty", ""}}),
            "event=peer name=\"a\\nlevel=error event=\\\"x\\\"\" empty=\"\"");
  EXPECT_EQ(FormatEvent("peer", {{"name", "Whangārei"}}), "event=peer name=\"Whangārei\"");
}

TEST(Log, LongValuesAreCut) {
  EXPECT_LT(FormatEvent("x", {{"v", std::string(100000, 'a')}}).size(), 1000u);
}

}  // namespace
}  // namespace commons::node
