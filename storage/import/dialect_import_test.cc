// One table written as many owners write it: what is stored is the same, to the byte, as of the
// plain file. The files are written here, by nothing that the importer reads with.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "storage/import/dialect_for_test.h"

namespace commons::storage {
namespace {

struct Visit {
  bool female, insured, tamaki;
  int64_t day, cents, visits;
  bool cost_known;
  std::string note;
};

std::vector<Visit> Visits() {
  std::mt19937 random(77);
  std::vector<Visit> rows;
  rows.reserve(3'000);
  for (int i = 0; i < 3'000; ++i) {
    rows.push_back({random() % 2 == 0, random() % 3 == 0, random() % 2 == 0,
                    19'000 + static_cast<int64_t>(random() % 1'000),
                    static_cast<int64_t>(random() % 500'000'000) - 1'000'000,
                    static_cast<int64_t>(random() % 20'000), random() % 5 != 0,
                    absl::StrCat("note ", i)});
  }
  return rows;
}

// How an owner writes. Every text is quoted that holds what divides the file.
struct Hand {
  std::string name;
  v1::Dialect dialect;
  std::string before_header;
  std::function<std::string(const Visit&)> sex, insured, rohe, visit, cost, visits;
  std::function<std::string(int)> before_row = [](int) { return ""; };
  std::string behind_delimiter;
  std::string line_end = "\n";
  std::string iconv_name;
};

std::string Day(int64_t day, const char* format) {
  const std::time_t seconds = day * 86'400;
  std::tm time;
  gmtime_r(&seconds, &time);
  char text[40];
  EXPECT_GT(std::strftime(text, sizeof text, format, &time), 0u);
  return text;
}

std::string Grouped(int64_t whole, const std::string& group) {
  std::string text = absl::StrCat(std::abs(whole));
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(at, group);
  return text;
}

std::string Money(const Visit& row, const std::string& group, const std::string& point) {
  if (!row.cost_known) return "";
  return absl::StrCat(row.cents < 0 ? "-" : "", Grouped(row.cents / 100, group), point,
                      absl::StrFormat("%02d", std::abs(row.cents) % 100));
}

Hand Plain(std::string name) {
  Hand hand;
  hand.name = std::move(name);
  hand.sex = [](const Visit& row) { return row.female ? "Female" : "Male"; };
  hand.insured = [](const Visit& row) { return row.insured ? "true" : "false"; };
  hand.rohe = [](const Visit& row) { return row.tamaki ? "T\u0101maki" : "Northland"; };
  hand.visit = [](const Visit& row) { return Day(row.day, "%Y-%m-%d"); };
  hand.cost = [](const Visit& row) { return Money(row, "", "."); };
  hand.visits = [](const Visit& row) { return absl::StrCat(row.visits); };
  return hand;
}

v1::FieldDialect& Field(Hand& hand, const char* name) {
  v1::FieldDialect& field = *hand.dialect.add_fields();
  field.set_name(name);
  return field;
}

std::vector<Hand> Hands() {
  std::vector<Hand> hands;
  const auto hand = [&](const char* name) -> Hand& { return hands.emplace_back(Plain(name)); };
  {
    Hand& european = hand("semicolons_and_decimal_commas");
    european.dialect.set_delimiter(";");
    auto& cost = Field(european, "cost");
    cost.set_decimal_char(",");
    cost.set_group_char(".");
    european.cost = [](const Visit& row) { return Money(row, ".", ","); };
    Field(european, "visit").set_date_format("%d.%m.%Y");
    european.visit = [](const Visit& row) { return Day(row.day, "%d.%m.%Y"); };
  }
  hand("tabs_without_quotes").dialect.set_delimiter("\t");
  hands.back().dialect.set_quote_char("");
  {
    Hand& pipes = hand("pipes_and_apostrophes");
    pipes.dialect.set_delimiter("|");
    pipes.dialect.set_quote_char("'");
    Map(Field(pipes, "sex"), "Female", {"it's a | girl"});
    pipes.sex = [](const Visit& row) { return row.female ? "it's a | girl" : "Male"; };
  }
  {
    Hand& bank = hand("dollars_with_commas");
    auto& cost = Field(bank, "cost");
    cost.set_group_char(",");
    cost.set_signs(true);
    bank.cost = [](const Visit& row) {
      return row.cost_known ? absl::StrReplaceAll("$" + Money(row, ",", "."), {{"$-", "-$"}}) : "";
    };
    Field(bank, "visits").set_group_char(" ");
    bank.visits = [](const Visit& row) { return Grouped(row.visits, " "); };
  }
  {
    Hand& months = hand("names_of_months");
    Field(months, "visit").set_date_format("%d %b %y");
    months.visit = [](const Visit& row) { return Day(row.day, "%d %b %y"); };
  }
  {
    Hand& times = hand("american_dates_with_times");
    Field(times, "visit").set_date_format("%m/%d/%Y %H:%M:%S");
    times.visit = [](const Visit& row) { return Day(row.day, "%m/%d/%Y 23:59:01"); };
  }
  {
    Hand& words = hand("words_for_codes");
    Map(Field(words, "sex"), "Female", {"f", "female", "Wahine"});
    Map(*words.dialect.mutable_fields(0), "Male", {"m", "T\u0101ne"});
    Map(Field(words, "insured"), "true", {"Y", "\u0101e"});
    Map(*words.dialect.mutable_fields(1), "false", {"N"});
    Map(Field(words, "cost"), "", {"n/a", "-"});
    words.sex = [](const Visit& row) {
      // A macron as a letter and a mark.
      return row.female ? std::vector<std::string>{"f", "female", "Wahine"}[row.visits % 3]
                        : std::string(row.visits % 2 == 0 ? "m" : "Ta\u0304ne");
    };
    words.insured = [](const Visit& row) { return row.insured ? "\u0101e" : "N"; };
    words.cost = [](const Visit& row) {
      return row.cost_known ? Money(row, "", ".") : row.visits % 2 == 0 ? "n/a" : "-";
    };
  }
  {
    Hand& report = hand("a_report_with_comments");
    report.dialect.set_header_row(4);
    report.dialect.set_comment_char("#");
    report.before_header = "Visits of 2024\n\"of\nall\",x\n\n";
    report.before_row = [](int row) { return row % 7 == 0 ? "# it's \"odd, \"half\n" : ""; };
  }
  {
    Hand& spaced = hand("spaces_everywhere");
    spaced.dialect.set_skip_initial_space(true);
    spaced.dialect.set_trim(true);
    spaced.behind_delimiter = "  ";
    spaced.sex = [](const Visit& row) { return row.female ? "Female \u00a0" : " Male"; };
    spaced.visits = [](const Visit& row) { return absl::StrCat(row.visits, " "); };
  }
  for (const auto& [encoding, iconv_name] :
       {std::pair("utf-16", "UTF-16"), std::pair("utf-16be", "UTF-16BE"),
        std::pair("windows-1257", "WINDOWS-1257"), std::pair("iso-8859-13", "ISO-8859-13")}) {
    Hand& encoded = hand(encoding);
    encoded.dialect.set_encoding(encoding);
    encoded.iconv_name = iconv_name;
  }
  for (const auto& [encoding, iconv_name] :
       {std::pair("windows-1252", "WINDOWS-1252"), std::pair("iso-8859-1", "ISO-8859-1")}) {
    Hand& encoded = hand(encoding);
    encoded.dialect.set_encoding(encoding);
    encoded.iconv_name = iconv_name;
    Map(Field(encoded, "rohe"), "T\u0101maki", {"T\u00e4maki"});
    encoded.rohe = [](const Visit& row) { return row.tamaki ? "T\u00e4maki" : "Northland"; };
  }
  hand("old_macintosh").dialect.set_cr_line_ends(true);
  hands.back().line_end = "\r";
  hand("a_marked_macintosh").dialect.set_cr_line_ends(true);
  hands.back().before_header = "\xef\xbb\xbf";
  hands.back().line_end = "\r";
  return hands;
}

std::string Quoted(const std::string& text, const v1::Dialect& dialect) {
  const std::string delimiter = dialect.delimiter().empty() ? "," : dialect.delimiter();
  const std::string quote = dialect.has_quote_char() ? dialect.quote_char() : "\"";
  if (quote.empty() || text.find_first_of(delimiter + quote) == std::string::npos) return text;
  return quote + absl::StrReplaceAll(text, {{quote, quote + quote}}) + quote;
}

std::string Row(const Hand& hand, const std::vector<std::string>& texts) {
  std::vector<std::string> fields;
  fields.reserve(texts.size());
  for (const std::string& text : texts) fields.push_back(Quoted(text, hand.dialect));
  const std::string delimiter = hand.dialect.delimiter().empty() ? "," : hand.dialect.delimiter();
  return absl::StrJoin(fields, delimiter + hand.behind_delimiter) + hand.line_end;
}

std::string Written(const std::vector<Visit>& rows, const Hand& hand) {
  std::string csv =
      hand.before_header + Row(hand, {"sex", "insured", "rohe", "visit", "cost", "visits", "note"});
  for (size_t i = 0; i < rows.size(); ++i) {
    const Visit& row = rows[i];
    csv += hand.before_row(static_cast<int>(i));
    csv += Row(hand, {hand.sex(row), hand.insured(row), hand.rohe(row), hand.visit(row),
                      hand.cost(row), hand.visits(row), row.note});
  }
  return Recoded(csv, hand.iconv_name);
}

class DialectTest : public DialectFixture, public testing::WithParamInterface<Hand> {};

TEST_P(DialectTest, WhatIsStoredIsThatOfThePlainFile) {
  const std::vector<Visit> rows = Visits();
  ASSERT_TRUE(Load("plain", Written(rows, Plain("plain")), {}).ok());
  const auto report = Load("own", Written(rows, GetParam()), GetParam().dialect);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, rows.size()) << Rejects().substr(0, 300);
  EXPECT_EQ(Stored("own", 1, 1), Stored("plain", 0, 1));
}

// Mended in the file that holds them, they are read by the same dialect.
TEST_P(DialectTest, RejectedRowsAreMendedAndAdded) {
  const std::vector<Visit> rows = Visits();
  Hand torn = GetParam();
  const auto whole = torn.rohe;
  torn.rohe = [&](const Visit& row) { return row.visits % 100 == 7 ? "MEND" : whole(row); };
  const auto lost = Load("own", Written(rows, torn), torn.dialect);
  ASSERT_TRUE(lost.ok()) << lost.status();
  ASSERT_GT(lost->rejected, 10);
  std::string rejects = Rejects();
  std::filesystem::remove(options_.rejects_path);
  for (const Visit& row : rows) {
    const size_t at = rejects.find("MEND");
    if (row.visits % 100 == 7) rejects.replace(at, 4, Quoted(whole(row), torn.dialect));
  }
  const auto added = Load("own", rejects, torn.dialect);
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_EQ(added->rejected, 0) << Rejects().substr(0, 300);
  EXPECT_EQ(added->rows, rows.size());
  int64_t cents = 0;
  for (const Visit& row : rows) cents += row.cost_known ? row.cents : 0;
  const auto sum =
      store_->Scan("own", 2, {.measures = {{}, {.kind = ScanMeasure::kSum, .column = 4}}});
  EXPECT_EQ((*sum)[1][0], cents);
}

INSTANTIATE_TEST_SUITE_P(Hands, DialectTest, testing::ValuesIn(Hands()), [](const auto& info) {
  return absl::StrReplaceAll(info.param.name, {{"-", "_"}});
});

}  // namespace
}  // namespace commons::storage
