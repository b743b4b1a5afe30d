#include "storage/import/importer.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/import/field_parser.h"

namespace commons::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MemorySink : public ChunkSink {
 public:
  absl::Status Write(const ChunkId& id, absl::string_view plain) override {
    EXPECT_TRUE(chunks.empty() || chunks.rbegin()->first < id) << "ascending";
    chunks[id] = std::string(plain);
    return absl::OkStatus();
  }
  std::vector<int64_t> Numbers(const ChunkId& id) const {
    const ChunkView view = *ChunkView::Parse(chunks.at(id));
    std::vector<int64_t> out((view.rows() + 7) / 8 * 8);
    view.ReadIntegers(0, view.rows(), out.data());
    out.resize(view.rows());
    return out;
  }
  std::map<ChunkId, std::string> chunks;
};

class ImporterTest : public testing::Test {
 protected:
  ImporterTest() {
    std::string pattern = testing::TempDir() + "/importXXXXXX";
    dir_ = mkdtemp(pattern.data());
    options_.csv_path = dir_ + "/in.csv";
    options_.rejects_path = dir_ + "/out.csv";
  }
  ~ImporterTest() override { std::filesystem::remove_all(dir_); }

  absl::StatusOr<ImportReport> Import(const std::string& csv) {
    std::ofstream(options_.csv_path, std::ios::binary) << csv;
    sink_.chunks.clear();
    return ImportCsv(layout_, options_, std::string(16, 'r'), crypto::SystemRandom(), sink_);
  }
  std::string Rejects() {
    std::ifstream in(options_.rejects_path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }

  TableLayout layout_{
      .columns = {{.name = "Māori name", .kind = ColumnKind::kCode, .required = true,
                   .codes = {{"Kōwhai", 0}, {"b", 1}}, .code_count = 2},
                  {.name = "n", .kind = ColumnKind::kInteger, .max_value = 99}},
      .skip_headers = {"note", "absent"}};
  std::string dir_;
  ImportOptions options_;
  MemorySink sink_;
};

TEST_F(ImporterTest, RejectedRowsCanBeMendedAndImportedAgain) {
  const std::string header = "note,n,M\xc4\x81ori name\n";
  const auto first = Import(header +
                            "\"line 1\nline 2\",100,b\n"
                            "x,1,Kōwhai\n"
                            "x,1\n"
                            "x,2,c,more\n"
                            "x,,\n"
                            "x,1 000,b\n"
                            "\xff,1,b\n");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->accepted, 1);
  EXPECT_EQ(first->rejected, 6);
  EXPECT_EQ(first->reasons.at(Reject::kOutOfRange), 1);
  EXPECT_EQ(Rejects(),
            "_row,_column,_reason,note,n,M\xc4\x81ori name\n"
            "2,n,outside the declared range,\"line 1\nline 2\",100,b\n"
            "4,,fewer fields than the header,x,1\n"
            "5,,more fields than the header,x,2,c,more\n"
            "6,M\xc4\x81ori name,a value is required,x,,\n"
            "7,n,not a number,x,1 000,b\n"
            "8,,not valid UTF-8,\xff,1,b\n");
  struct stat info;
  ASSERT_EQ(stat(options_.rejects_path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600);
  EXPECT_FALSE(std::filesystem::exists(options_.rejects_path + ".part"));

  const auto mended = Import("_row,_column,_reason," + header +
                             "2,n,outside the declared range,\"line 1\nline 2\",10,b\n"
                             "7,n,not a number,x,still,b\n");
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_EQ(mended->accepted, 1);
  EXPECT_THAT(mended->warnings, ElementsAre("1 rows rejected: not a number"));
  EXPECT_EQ(Rejects(), "_row,_column,_reason," + header + "3,n,not a number,x,still,b\n");
}

TEST_F(ImporterTest, NoRejectsFileWithoutRejects) {
  ASSERT_TRUE(Import("n,Māori name\n1,b\n").ok());
  EXPECT_FALSE(std::filesystem::exists(options_.rejects_path));
}

TEST_F(ImporterTest, HeadersAndTextsAreComparedInNfc) {
  const auto report = Import("n,Ma\xcc\x84ori name\n1,Ko\xcc\x84whai\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 1);
}

TEST_F(ImporterTest, HeadersThatDoNotFitAreRefusedByName) {
  EXPECT_THAT(Import("n,n,Māori name\n").status().message(), HasSubstr("\"n\" stands there twice"));
  EXPECT_THAT(Import("Māori name,Ma\xcc\x84ori name,n\n").status().message(), HasSubstr("twice"));
  const auto missing = Import("n,extra\n1,2\n");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(missing.status().message(), HasSubstr("\"Māori name\""));
  EXPECT_EQ(Import("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Import("n,Māori name\n").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Import("n,Māori name\nx,b\n").status().code(), absl::StatusCode::kFailedPrecondition);
  options_.csv_path = dir_ + "/nowhere.csv";
  EXPECT_EQ(ImportCsv(layout_, options_, "", crypto::SystemRandom(), sink_).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ImporterTest, WarnsOfUndeclaredColumnsAndOfIdentifiers) {
  const auto report = Import("n,Māori name,extra,note\n1,b,ZZZ0016,ZZZ0016\n");
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->warnings,
              ElementsAre("undeclared columns were not stored: \"extra\"",
                          HasSubstr("column \"extra\" looks like a direct identifier")));
}

TEST_F(ImporterTest, PersonsAreNumberedDenselyAndTheirRowsRankedTheSameWayEachTime) {
  layout_.entity_header = "who";
  std::string csv = "who,n,Māori name\n";
  for (int i = 0; i < 600; ++i) absl::StrAppend(&csv, "p", i < 300 ? 0 : i % 3, ",", i % 100, ",b\n");
  const auto report = Import(csv + ",1,b\n");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->persons, 3);
  EXPECT_EQ(report->reasons.at(Reject::kMissingPerson), 1);
  const auto persons = sink_.Numbers({0, ChunkId::kPersonColumn});
  const auto ranks = sink_.Numbers({ChunkId::kRankSection, ChunkId::kRankColumn});
  std::map<int64_t, std::multiset<int64_t>> ranks_of;
  for (size_t i = 0; i < ranks.size(); ++i) ranks_of[persons[i]].insert(ranks[i]);
  ASSERT_EQ(ranks_of.size(), 3);
  for (const auto& [person, seen] : ranks_of) {
    int64_t expected = 0;
    for (const int64_t rank : seen) EXPECT_EQ(rank, std::min<int64_t>(expected++, 255));
  }
  ASSERT_TRUE(Import(csv).ok());
  EXPECT_EQ(sink_.Numbers({ChunkId::kRankSection, ChunkId::kRankColumn}), ranks);
}

TEST(FieldParserTest, Decimals) {
  const auto parse = [](absl::string_view text, int decimals) -> std::string {
    int64_t value = 0;
    const Reject reason = ParseDecimal(text, decimals, &value);
    return reason == Reject::kNone ? absl::StrCat(value) : std::string(RejectText(reason));
  };
  const struct { const char* text; int decimals; const char* result; } cases[] = {
      {"0", 0, "0"}, {"-0", 0, "0"}, {"+7", 0, "7"}, {"12.50", 2, "1250"}, {"12.5", 2, "1250"},
      {"12.500", 2, "1250"}, {"12.501", 2, "more decimals than declared"}, {".5", 1, "5"},
      {"5.", 1, "50"}, {"1.2e3", 0, "1200"}, {"1.25e1", 1, "125"}, {"120e-1", 0, "12"},
      {"125e-1", 0, "more decimals than declared"}, {"0e9999", 0, "0"}, {"0.000000e5", 0, "0"},
      {"9007199254740992", 0, "9007199254740992"}, {"-9007199254740992", 0, "-9007199254740992"},
      {"9007199254740993", 0, "outside the declared range"},
      {"1e400", 0, "outside the declared range"}, {"1,000", 0, "not a number"},
      {"1 000", 0, "not a number"}, {" 1", 0, "not a number"}, {"", 0, "not a number"},
      {"-", 0, "not a number"}, {".", 0, "not a number"}, {"1e", 0, "not a number"},
      {"0x10", 0, "not a number"}, {"NaN", 0, "not a number"}, {"1e99999", 0, "not a number"}};
  for (const auto& c : cases) EXPECT_EQ(parse(c.text, c.decimals), c.result) << c.text;
}

TEST(FieldParserTest, Dates) {
  const auto parse = [](absl::string_view text, DateUnit unit) -> int64_t {
    int64_t days = 0;
    return ParseDate(text, unit, &days) == Reject::kNone ? days : INT64_MIN;
  };
  EXPECT_EQ(parse("1970-01-01", DateUnit::kDay), 0);
  EXPECT_EQ(parse("2021-03-09", DateUnit::kDay), 18'695);
  EXPECT_EQ(parse("1969-12-31", DateUnit::kDay), -1);
  EXPECT_EQ(parse("2020-02-29", DateUnit::kDay), 18'321);
  EXPECT_EQ(parse("2021-03", DateUnit::kMonth), 18'687);
  EXPECT_EQ(parse("2021-03-09", DateUnit::kMonth), 18'695);
  EXPECT_EQ(parse("2021-Q1", DateUnit::kQuarter), 18'628);
  EXPECT_EQ(parse("2021-03-09", DateUnit::kQuarter), 18'695);
  EXPECT_EQ(parse("2021", DateUnit::kYear), 18'628);
  EXPECT_EQ(parse("2021-03-09", DateUnit::kYear), 18'695);
  for (const char* bad : {"", "2021", "2021-03", "2021-Q1", "2021-02-29", "2021-13-01", "0000-01-01",
                          "21-01-01", "2021-1-1", "2021/01/01", "2021-01-01T00:00", "-021-01-01"}) {
    EXPECT_EQ(parse(bad, DateUnit::kDay), INT64_MIN) << bad;
  }
  EXPECT_EQ(parse("2021-Q5", DateUnit::kQuarter), INT64_MIN);
  EXPECT_EQ(parse("2021-Q0", DateUnit::kQuarter), INT64_MIN);
}

}  // namespace
}  // namespace commons::storage
