#include "governance/document/words.h"

#include <set>

#include "absl/strings/ascii.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/table.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(Words, EveryKindHasItsOwnAndNoneIsTheWires) {
  std::set<absl::string_view> seen;
  for (const Kind* kind : AllKinds()) {
    EXPECT_NE(KindWords(kind->type), "document") << kind->type;
    EXPECT_TRUE(seen.insert(KindWords(kind->type)).second) << kind->type;
  }
  EXPECT_EQ(KindWords(kinds::kOwnerPolicy), "our rules");
  EXPECT_EQ(KindWords(kinds::kOrgRoot), "organisation card");
  EXPECT_EQ(KindWords("commons/unheard-of/1"), "document");
  EXPECT_EQ(KindWords(""), "document");
}

TEST(Words, SayWhatIsNotYetSupplied) {
  std::set<absl::string_view> wires;
  for (const Term& term : Terms()) {
    EXPECT_TRUE(wires.insert(term.wire).second) << term.wire;
    EXPECT_FALSE(term.en.empty()) << term.wire;
    EXPECT_EQ(term.en.find('_'), absl::string_view::npos) << term.en;
    EXPECT_EQ(WordFor(term.wire), term.en);
    EXPECT_EQ(WordFor(term.wire, Language::kMaori),
              term.mi.empty() ? absl::string_view("not yet supplied") : term.mi);
  }
  EXPECT_EQ(WordFor("Unheard"), "");
}

}  // namespace
}  // namespace commons::governance
