#include "governance/kinds/table.h"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/review/screen.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(AllKinds, EveryRowIsFilled) {
  std::set<absl::string_view> types;
  for (const Kind* kind : AllKinds()) {
    EXPECT_TRUE(absl::StartsWith(kind->type, "commons/")) << kind->type;
    EXPECT_TRUE(types.insert(kind->type).second) << kind->type;
    EXPECT_EQ(FindKind(kind->type), kind);
    ASSERT_NE(kind->make, nullptr) << kind->type;
    EXPECT_NE(kind->show, nullptr) << kind->type;
    EXPECT_EQ(kind->chain != nullptr, HeaderOf(*kind->make()) != nullptr) << kind->type;
    EXPECT_EQ(kind->set_head != nullptr, kind->home == Kind::Home::kSet) << kind->type;
    EXPECT_EQ(kind->enough != nullptr, kind->home == Kind::Home::kSet) << kind->type;
    const bool folded = kind->home == Kind::Home::kLog || kind->home == Kind::Home::kCard;
    EXPECT_EQ(kind->record != nullptr, folded) << kind->type;
    EXPECT_EQ(kind->carries != nullptr, kind->carried != nullptr) << kind->type;
  }
  EXPECT_EQ(FindKind("commons/freeze/2"), nullptr);
  EXPECT_EQ(FindKind(""), nullptr);
}

// A message with a header stands on a chain, so it is a kind: no row is forgotten.
// Documents say who issued them in a header, or by themselves.
TEST(AllKinds, HaveARowForEveryDocument) {
  std::multiset<std::string> rows, messages = {"NodeInfo", "Objection"};
  messages.insert("OrgRoot");  // of two kinds: first and later cards, and recovery cards
  for (const Kind* kind : AllKinds()) rows.insert(kind->make()->GetDescriptor()->name());
  const auto* file = v1::Header::descriptor()->file();
  for (int i = 0; i < file->message_type_count(); ++i) {
    const auto& message = *file->message_type(i);
    if (&message == v1::Header::descriptor()) continue;
    const bool says =
        message.FindFieldByName("header") != nullptr || message.FindFieldByName("nonce") != nullptr;
    if (says) messages.insert(message.name());
  }
  EXPECT_EQ(rows, messages);
}

// What it says, its bounds, who signs and what is refused.
TEST(AllKinds, AreInTheDescriptionOfTheFormat) {
  std::ifstream file(std::string(COMMONS_SOURCE_DIR) + "/docs/formats/documents.md");
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  const size_t from = all.find("## Kind by kind"), to = all.find("\n## ", from);
  ASSERT_NE(to, std::string::npos);
  std::set<std::string> described;
  std::istringstream lines(all.substr(from, to - from));
  for (std::string line; std::getline(lines, line);) {
    const std::string first_cell = line.substr(0, line.find(" | "));
    const std::vector<std::string> parts = absl::StrSplit(first_cell, '`');
    for (size_t i = 1; i < parts.size() && line[0] == '|'; i += 2) described.insert(parts[i]);
  }
  std::set<std::string> kinds;
  for (const Kind* kind : AllKinds()) {
    const std::vector<std::string> parts = absl::StrSplit(kind->type, '/');
    kinds.insert(parts[1]);
  }
  EXPECT_EQ(described, kinds);
}

TEST(AllKinds, NoPayloadIsValidWhenEmpty) {
  for (const Kind* kind : AllKinds()) {
    EXPECT_EQ(ReasonOf(ParseAs(*kind, "").status()), v1::MALFORMED) << kind->type;
  }
}

// One kind's bytes are never read as another's.
TEST(OpenAs, TakesOnlyEnvelopesOfItsKind) {
  TestCommons c({});
  for (const Kind* kind : AllKinds()) {
    const auto opened = OpenAs(kind, c.orgs[0].card);
    EXPECT_EQ(opened.ok(), kind->type == kinds::kOrgRoot) << kind->type;
    if (!opened.ok()) {
      EXPECT_EQ(ReasonOf(opened.status()), v1::UNKNOWN_KIND);
    }
  }
}

}  // namespace
}  // namespace commons::governance
