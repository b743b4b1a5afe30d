// Packages as text for the tests of what reads them.
#ifndef COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FOR_TEST_H_
#define COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FOR_TEST_H_

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "governance/standard/datapackage.h"
#include "gtest/gtest.h"

namespace commons::governance {

// A package of one resource; `fields` and `extra` (further properties) are JSON.
inline std::string Package(absl::string_view fields, absl::string_view extra = "") {
  return absl::StrCat(R"({"resources": [{"name": "d")", extra.empty() ? "" : ", ", extra,
                      R"(, "schema": {"fields": [)", fields, "]}}]}");
}
inline constexpr char kSex[] = R"({"name": "sex", "type": "string", "commons:role": "dimension",
                        "constraints": {"enum": ["f", "m"]}})";

// The one-line refusal of a package that must not be accepted.
inline std::string Error(absl::string_view package, absl::string_view resource = "") {
  auto parsed = ParseDatapackage(package, resource);
  EXPECT_FALSE(parsed.ok()) << package.substr(0, 500);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(parsed.status().message());
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LT(message.size(), 600u);
  return message;
}

// A file of the source tree.
inline std::string ReadSource(const std::filesystem::path& name) {
  const std::filesystem::path path = std::filesystem::path(COMMONS_SOURCE_DIR) / name;
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file.good() && !text.str().empty()) << path;
  return text.str();
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FOR_TEST_H_
