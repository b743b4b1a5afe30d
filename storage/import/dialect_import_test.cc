// One table written as many owners write it: what is stored is the same, to the byte, as of the
// plain file. The files are written here, by nothing that the importer reads with.
#include <iconv.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/owners_file.h"
#include "records/csv/string_source_for_test.h"
#include "storage/import/csv_for_test.h"
#include "storage/table/chunk_reader.h"

namespace commons::storage {
namespace {

using records::CsvFlaw;
using records::CsvMarks;
using records::CsvReader;
using records::CsvRecord;
using records::DecodedSource;
using records::MarksOf;
using records::StringSource;

using testing::HasSubstr;

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

TableLayout Layout() {
  return {.columns = {{.name = "sex",
                       .kind = ColumnKind::kCode,
                       .required = true,
                       .codes = {{"Female", 0}, {"Male", 1}},
                       .code_count = 2},
                      {.name = "insured",
                       .kind = ColumnKind::kCode,
                       .codes = {{"false", 0}, {"true", 1}},
                       .code_count = 2},
                      {.name = "rohe",
                       .kind = ColumnKind::kCode,
                       .codes = {{"Northland", 0}, {"T\u0101maki", 1}},
                       .code_count = 2},
                      {.name = "visit",
                       .kind = ColumnKind::kDate,
                       .required = true,
                       .min_value = 18'000,
                       .max_value = 21'000},
                      {.name = "cost",
                       .kind = ColumnKind::kInteger,
                       .decimals = 2,
                       .min_value = -1'000'000'000,
                       .max_value = 1'000'000'000},
                      {.name = "visits", .kind = ColumnKind::kInteger, .max_value = 1'000'000},
                      {.name = "note", .kind = ColumnKind::kHidden}}};
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

void Map(v1::FieldDialect& field, const char* to, const std::vector<std::string>& from) {
  auto& mapped = *field.add_map();
  mapped.set_to(to);
  mapped.mutable_from()->Add(from.begin(), from.end());
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

std::string Recoded(const std::string& text, const std::string& to) {
  if (to.empty()) return text;
  iconv_t converter = iconv_open(to.c_str(), "UTF-8");
  EXPECT_NE(reinterpret_cast<intptr_t>(converter), -1);
  std::string in = text, out(text.size() * 4 + 8, '\0');
  char *from_at = in.data(), *to_at = out.data();
  size_t from_left = in.size(), to_left = out.size();
  EXPECT_NE(iconv(converter, &from_at, &from_left, &to_at, &to_left), static_cast<size_t>(-1));
  iconv_close(converter);
  out.resize(out.size() - to_left);
  return out;
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

class DialectTest : public CsvFixture, public testing::WithParamInterface<Hand> {
 protected:
  DialectTest() { options_.rejects_path = root_ / "rejects.csv"; }
  absl::StatusOr<ImportReport> Load(const char* name, const std::string& csv,
                                    const v1::Dialect& dialect) {
    options_.dialect = dialect;
    return Import(name, Layout(), csv, options_);
  }
  // Every chunk of a dataset's edition, opened.
  std::string Stored(const char* name, uint32_t dataset, uint64_t edition) {
    std::string all;
    for (uint16_t column = 0; column < Layout().columns.size(); ++column) {
      const auto chunk = OpenChunk(*db_, {dataset, edition}, DatasetKeyOf(name), {0, column});
      EXPECT_TRUE(chunk.ok()) << chunk.status();
      all += *chunk;
    }
    return all;
  }
  std::string Rejects() {
    std::ifstream in(options_.rejects_path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }
  ImportOptions options_;
};

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

class DialectFaultTest : public DialectTest {
 protected:
  std::string Error(const std::string& csv, const v1::Dialect& dialect) {
    const auto report = Load("t", csv, dialect);
    EXPECT_FALSE(report.ok());
    EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument) << report.status();
    return std::string(report.status().message());
  }
  const std::string header_ = "sex,insured,rohe,visit,cost,visits,note\n";
};

TEST_F(DialectFaultTest, WhatDoesNotGoWithAColumnIsRefusedByName) {
  const auto with = [&](const char* name, const std::function<void(v1::FieldDialect&)>& change) {
    v1::Dialect dialect;
    dialect.add_fields()->set_name(name);
    change(*dialect.mutable_fields(0));
    return Error(header_, dialect);
  };
  EXPECT_THAT(with("costs", [](auto& field) { field.set_group_char(","); }),
              HasSubstr("the dialect's field \"costs\" is not in the file; is it \"cost\"?"));
  EXPECT_THAT(with("sex", [](auto& field) { field.set_signs(true); }),
              HasSubstr("are for numbers"));
  EXPECT_THAT(with("cost", [](auto& field) { field.set_date_format("%Y"); }),
              HasSubstr("format is for dates"));
  EXPECT_THAT(with("visit", [](auto& field) { field.set_date_format("%m/%Y"); }),
              HasSubstr("names a month, and the common definition asks for a day"));
  EXPECT_THAT(with("sex", [](auto& field) { Map(field, "female", {"f"}); }),
              HasSubstr("\"female\" is no code of the common definition; is it \"Female\"?"));
  EXPECT_THAT(with("note", [](auto& field) { Map(field, "x", {"y"}); }),
              HasSubstr("kept as it is"));
}

TEST_F(DialectFaultTest, APersonThatIsSaidToBeUnknownIsNotGiven) {
  TableLayout layout = {.columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 9}},
                        .entity_header = "nhi",
                        .entity_missing = {"", "NA"}};
  options_.accepted_rejects = 1'000'000;
  Map(*options_.dialect.add_fields(), "NA", {"UNKNOWN", "T\u0101ne"});
  options_.dialect.mutable_fields(0)->set_name("nhi");
  const std::string csv =
      "nhi,n\nP1,1\nUNKNOWN,2\n UNKNOWN ,3\nTa\u0304ne,4\nP1 ,5\nNA,6\nunknown,7\n";
  const auto report = Import("t", layout, csv, options_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 3) << Rejects();
  EXPECT_EQ(report->persons, 2) << "P1 and unknown";
  const auto refused = [&](const std::function<void(v1::FieldDialect&)>& change) {
    ImportOptions options = options_;
    change(*options.dialect.mutable_fields(0));
    return std::string(Import("t", layout, csv, options).status().message());
  };
  EXPECT_THAT(refused([](auto& field) { Map(field, "P1", {"P2"}); }),
              HasSubstr("the dialect's field \"nhi\": \"P1\": ids of persons can be mapped to a "
                        "missing text alone, such as \"\""));
  EXPECT_THAT(refused([](auto& field) { field.set_signs(true); }), HasSubstr("are for numbers"));
  EXPECT_THAT(refused([](auto& field) { field.set_date_format("%Y"); }), HasSubstr("is for dates"));
}

TEST_F(DialectFaultTest, NumbersThatMeanAnotherThingAreRejected) {
  v1::Dialect dialect;
  v1::FieldDialect& cost = *dialect.add_fields();
  cost.set_name("cost");
  cost.set_group_char(",");
  cost.set_signs(true);
  options_.accepted_rejects = 1'000'000;
  std::string csv = header_;
  for (const char* text : {"$5", "5", "\"1,5\"", "€5", "5k", "(5)", "5%", "$", "\"$1,234.50\""}) {
    csv += absl::StrCat("Male,true,Northland,2024-01-01,", text, ",1,n\n");
  }
  const auto report = Load("t", csv, dialect);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 3);
  EXPECT_EQ((*store_->Scan("t", 1, {.measures = {{.kind = ScanMeasure::kSum, .column = 4}}}))[0][0],
            500 + 500 + 123'450);
  EXPECT_THAT(Rejects(), HasSubstr("another currency or unit than in the rows before"));
}

// One euro in a row that is rejected anyway does not make the dollars behind it another currency.
TEST_F(DialectFaultTest, TheCurrencyIsThatOfTheRowsThatAreKept) {
  v1::Dialect dialect;
  dialect.add_fields()->set_name("cost");
  dialect.mutable_fields(0)->set_signs(true);
  options_.accepted_rejects = 1'000'000;
  std::string csv = header_ + "No such sex,true,Northland,2024-01-01,€5,1,n\n";
  for (const char* text : {"", "5", "$5", "€5", "6", "$7"}) {
    absl::StrAppend(&csv, "Male,true,Northland,2024-01-01,", text, ",1,n\n");
  }
  const auto report = Load("t", csv, dialect);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 5) << Rejects();
  EXPECT_THAT(Rejects(), HasSubstr("\n6,cost,another currency or unit"));
}

TEST_F(DialectFaultTest, BytesThatAreNoCharacterMatterWhereTheyAreRead) {
  v1::Dialect dialect;
  dialect.set_encoding("WINDOWS" + std::string(100'000, '-') + "1252");
  std::string csv = "sex,insured,rohe,visit,cost,visits,note,left out\n";
  csv += "Male,true,Northland,2024-01-01,1,1,n,\x81\n";
  ASSERT_TRUE(Load("t", csv, dialect).ok());
  EXPECT_THAT(Error(csv + "Male,true,North\x81,2024-01-01,1,1,n,\n", dialect),
              HasSubstr("row 3, column \"rohe\": a character that windows-1252 does not have"));
}

TEST_F(DialectFaultTest, AFileThatEndsBeforeItsHeaderIsEmpty) {
  v1::Dialect dialect;
  dialect.set_header_row(5);
  EXPECT_THAT(Error(header_ + "Male,true,Northland,2024-01-01,1,1,n\n", dialect),
              HasSubstr("not even a header"));
}

TEST_F(DialectFaultTest, AHeaderIsNotLookedForBehindItsRow) {
  v1::Dialect dialect;
  dialect.set_comment_char("#");
  const std::string row = "Male,true,Northland,2024-01-01,1,1,n\n";
  for (const char* passed_over : {"\n", "# the header\n"}) {
    dialect.set_header_row(2);
    EXPECT_THAT(Error(absl::StrCat("Visits\n", passed_over, header_, row), dialect),
                HasSubstr("row 2, in which the dialect says that the header is (headerRows), is "
                          "empty or a comment"));
    dialect.set_header_row(1);
    EXPECT_TRUE(Load("t", absl::StrCat(passed_over, header_, row), dialect).ok());
    dialect.set_header_row(0);
    EXPECT_TRUE(Load("t", absl::StrCat(passed_over, header_, row), dialect).ok());
  }
}

TEST_F(DialectFaultTest, AQuoteThatIsNotDoubledEndsItsField) {
  CsvMarks marks;
  marks.doubled = false;
  CsvReader csv(StringSource("\"a\"\"b\",c\n"), marks);
  CsvRecord record;
  ASSERT_TRUE(*csv.Next(&record));
  EXPECT_EQ(record.flaw(), CsvFlaw::kBadQuote);
  EXPECT_EQ(record.fields.size(), 2);
}

std::string InPieces(const std::string& csv, size_t piece, const v1::Dialect& dialect) {
  CsvReader reader(DecodedSource(StringSource(csv, piece), dialect), MarksOf(dialect));
  CsvRecord record;
  std::string all;
  while (*reader.Next(&record)) absl::StrAppend(&all, record.row, ":", record.raw, ";");
  return all;
}

// Every file in pieces of every size is the same file.
TEST_F(DialectFaultTest, PiecesOfASourceMakeNoDifference) {
  v1::Dialect dialect;
  dialect.set_encoding("utf-16");
  dialect.set_comment_char("#");
  const std::string csv = Recoded("#c\na,T\u0101\n#\n\"x\ny\",z\n#end", "UTF-16");
  for (size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(InPieces(csv, piece, dialect), "2:a,T\u0101;4:\"x\ny\",z;") << piece;
  }
}

// Rows are counted as they are in the file, however an editor saved the rejected ones.
TEST_F(DialectFaultTest, LinesThatEndWithCrMayEndWithLfOrBoth) {
  v1::Dialect dialect;
  dialect.set_cr_line_ends(true);
  for (const char* line_end : {"\r", "\n", "\r\n"}) {
    const std::string csv = absl::StrReplaceAll("a,T\u0101|\"x|y\",z||b,c|", {{"|", line_end}});
    for (const char* mark : {"", "\xef\xbb\xbf"}) {
      for (size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(InPieces(mark + csv, piece, dialect), "1:a,T\u0101;2:\"x\ny\",z;4:b,c;") << piece;
      }
    }
  }
}

}  // namespace
}  // namespace commons::storage
