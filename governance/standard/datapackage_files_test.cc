// The packages in this tree: each accepts every row of its files, the reference's example is
// accepted.
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "gmock/gmock.h"
#include "governance/standard/datapackage.h"
#include "governance/standard/datapackage_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::IsEmpty;

// RFC 4180, slowly.
std::vector<std::vector<std::string>> ReadCsv(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  const std::string text = ReadSource(path);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\n')) {
      rows.back().push_back(std::exchange(field, ""));
      if (c == '\n') rows.emplace_back();
    } else if (quoted || c != '\r') {
      field += c;
    }
  }
  if (!field.empty()) rows.back().push_back(field);
  if (rows.back().empty()) rows.pop_back();
  return rows;
}

// What an import would accept, by plain comparison; std::stod is exact enough for these files.
bool Acceptable(const v1::Column& column, const std::string& value) {
  for (const std::string& missing : column.missing_values()) {
    if (value == missing) return !column.required();
  }
  if (column.role() == v1::SKIP) return true;
  if (column.type() == v1::DATE) {
    return value.size() == 10 && value >= "2020-02-01" && value <= "2022-02-28";
  }
  if (column.codes_size() > 0) {
    for (const auto& code : column.codes()) {
      if (code.value() == value) return true;
    }
    return false;
  }
  const size_t point = value.find('.');
  if (point != std::string::npos && value.size() - point - 1 > column.decimals()) return false;
  const double scaled = std::stod(value) * std::pow(10, column.decimals());
  if (column.breaks_size() > 0) {
    return scaled >= column.breaks(0) && scaled < column.breaks(column.breaks_size() - 1);
  }
  return scaled >= column.clip_low() && scaled <= column.clip_high();
}

size_t CheckFiles(const std::string& package, const std::string& files,
                  const ParsedPackage& parsed) {
  size_t rows = 0;
  const auto folder = std::filesystem::path(COMMONS_SOURCE_DIR) / package / files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto table = ReadCsv(file.path());
    std::map<std::string, size_t> at;
    for (size_t i = 0; i < table[0].size(); ++i) at[table[0][i]] = i;
    EXPECT_EQ(at.size(), static_cast<size_t>(parsed.standard.columns_size()));
    for (size_t r = 1; r < table.size(); ++r, ++rows) {
      for (const v1::Column& column : parsed.standard.columns()) {
        const std::string& value = table[r].at(at.at(column.name()));
        EXPECT_TRUE(Acceptable(column, value)) << file.path() << " " << r << " " << column.name();
        auto owners = parsed.exclusive.find(column.name());
        if (owners != parsed.exclusive.end()) {
          EXPECT_EQ(owners->second.at(value), file.path().stem());
        }
      }
    }
  }
  return rows;
}

TEST(DatapackageFiles, RealPackagesAcceptEveryRowOfTheirFiles) {
  const std::string covid = "deploy/demo/data/nz-covid-cases",
                    hlfs = "tests/data/nz-hlfs-synthetic";
  auto cases = ParseDatapackage(ReadSource(covid + "/datapackage.json"));
  ASSERT_TRUE(cases.ok()) << cases.status();
  EXPECT_THAT(cases->warnings, IsEmpty());
  EXPECT_EQ(cases->as_of, "2022-02-23");
  EXPECT_EQ(cases->exclusive["dhb"].size(), 22u);
  EXPECT_EQ(CheckFiles(covid, "by-dhb", *cases), 45473u);

  auto survey = ParseDatapackage(ReadSource(hlfs + "/datapackage.json"));
  ASSERT_TRUE(survey.ok()) << survey.status();
  EXPECT_THAT(survey->warnings, IsEmpty());
  EXPECT_EQ(survey->standard.columns_size(), 36);
  EXPECT_EQ(CheckFiles(hlfs, "by-region", *survey), 23220u);
}

TEST(DatapackageFiles, TheExampleOfTheReferenceIsAccepted) {
  const std::string reference = ReadSource("docs/formats/datapackage.md");
  const size_t begin = reference.find("```json\n") + 8;
  auto parsed = ParseDatapackage(reference.substr(begin, reference.find("```", begin) - begin));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->warnings, IsEmpty());
  EXPECT_EQ(parsed->standard.entity(), "patient");
}

}  // namespace
}  // namespace commons::governance
