// FILTER, CASE and OR between columns through a whole federation: figures against a plain loop over
// all rows, the order and names that people see, and nodes from before.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/testing/exchange.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Exchange;
using testing::Federation;
using testing::Options;

Options Open() {
  Options options;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

// "group:value,value" of each cell of the one dimension.
std::vector<std::string> CellsOf(const v1::Answer& answer) {
  std::vector<std::string> cells;
  for (const v1::Cell& cell : answer.cells()) {
    std::string text = cell.key_size() == 0                         ? "all"
                       : cell.key(0).kind() == v1::KeyPart::MISSING ? "null"
                                                                    : cell.key(0).label();
    for (const v1::CellValue& value : cell.values()) absl::StrAppend(&text, ":", value.value());
    cells.push_back(text);
  }
  return cells;
}

TEST(Conditions, OpenFiguresAreThoseOfTheRowsThatPass) {
  Federation federation(Open());
  testing::FillRows(federation, 300, 1);
  std::map<std::string, int64_t> all, north;
  int64_t either = 0, neither = 0;
  for (const auto& row : federation.AllRows()) {
    const std::string group = row.sex == 1 ? "man" : "other";
    const bool is_north = row.region == std::optional<uint32_t>(0);
    ++all[group];
    north[group] += is_north;
    either += row.sex == 1 || is_north;
    // NOT of what is not known is not known.
    neither += row.sex != 1 && row.region.has_value() && !is_north;
  }
  const std::string grouped =
      "SELECT CASE sex WHEN 'M' THEN 'man' ELSE 'other' END AS g, COUNT(*), COUNT(*) FILTER (WHERE "
      "region = 'north') AS north FROM visits GROUP BY g";
  const auto cell = [&](const std::string& group) {
    return absl::StrCat(group, ":", all[group], ":", north[group]);
  };
  const v1::Answer answer = federation.Ask(grouped);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(CellsOf(answer), (std::vector<std::string>{cell("man"), cell("other")}));
  EXPECT_EQ(answer.codes_size(), 0) << "codes of labels that are the asker's";
  EXPECT_EQ(CellsOf(federation.Ask(grouped + " ORDER BY g DESC")),
            (std::vector<std::string>{cell("other"), cell("man")}));
  EXPECT_EQ(CellsOf(federation.Ask("SELECT COUNT(*) FROM visits WHERE sex = 'M' OR region = "
                                   "'north'")),
            (std::vector<std::string>{absl::StrCat("all:", either)}));
  EXPECT_EQ(CellsOf(federation.Ask("SELECT COUNT(*) FILTER (WHERE sex = 'M' OR region = 'north'), "
                                   "COUNT(*) FILTER (WHERE NOT (sex = 'M' OR region = 'north')) AS "
                                   "n FROM visits")),
            (std::vector<std::string>{absl::StrCat("all:", either, ":", neither)}));
}

// A union asked as one cell has the noise of one and costs one.
TEST(Conditions, AProtectedUnionIsOneCell) {
  Federation federation(testing::Generous(3));
  testing::FillRows(federation, 400, 3);
  const std::string sql =
      "SELECT CASE WHEN sex IN ('F', 'M') THEN 'known' END AS g, COUNT(*), COUNT(*) FILTER (WHERE "
      "region = 'north') AS north FROM visits WHERE sex = 'F' OR region = 'south' GROUP BY g";
  const v1::Answer answer = federation.Ask(sql);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  ASSERT_EQ(answer.cells_size(), 2);
  Exchange exchange(federation, sql.c_str());
  exchange.SealAll();
  exchange.SubmitAll();
  for (const v1::Contribution& contribution : exchange.contributions) {
    EXPECT_EQ(contribution.values().size(), 2u * 2 * 8);
  }
  const v1::Answer plain = federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY sex");
  EXPECT_EQ(answer.cost_micro_rho(), 2 * plain.cost_micro_rho()) << "two partials";
}

TEST(Conditions, ANodeFromBeforeIsToldWhatItLacks) {
  struct Asked {
    std::string sql, because;
    uint32_t version = 3;
  };
  const std::vector<Asked> questions = {
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F') FROM visits", "it has a measure with FILTER"},
      {"SELECT CASE sex WHEN 'F' THEN 1 ELSE 2 END, COUNT(*) FROM visits GROUP BY 1",
       "it groups by CASE"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F' OR region = 'north'",
       "it has OR between columns"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR region = 'north') FROM visits",
       "it has OR between columns in FILTER", 5}};
  for (const auto& [sql, because, version] : questions) {
    Federation federation(testing::Generous(3));
    Exchange exchange(federation, sql.c_str());
    v1::ProposeReply reply;
    const v1::Envelope old =
        exchange.Wrap(exchange.proposal, governance::kinds::kPropose, 1, 0, version - 1);
    ASSERT_TRUE(reply.ParseFromString(federation.nodes[1]->contributor->OnPropose(old).payload()));
    EXPECT_EQ(reply.refusal().reason(), v1::NEWER_VERSION) << sql;
    EXPECT_EQ(reply.refusal().message(),
              absl::StrCat("question: ", because, ", which takes version ", version,
                           "; member-00 speaks version ", version - 1, " and needs an update"));
    EXPECT_EQ(exchange.ProposeReason(), v1::REASON_UNSPECIFIED) << "by the newer version";
  }
}

}  // namespace
}  // namespace commons::query
