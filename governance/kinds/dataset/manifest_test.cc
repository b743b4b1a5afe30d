#include "governance/kinds/dataset/manifest.h"

#include "governance/testing/kind_cases_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ManifestKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::Manifest>(
      kManifestKind, PayloadOf<v1::Manifest>(c, kManifestKind),
      {
          {[](auto& p) { p.set_dataset("other"); }, v1::MALFORMED,
           "chain must be 'manifest/other'"},
          {[](auto& p) { p.set_dataset(""), p.mutable_header()->set_chain("manifest/"); },
           v1::MALFORMED, "notice: dataset"},
          {[](auto& p) { p.set_standard_id("short"); }, v1::MALFORMED, "notice: standard_id"},
          {[](auto& p) { p.set_as_of("2025-13-01"); }, v1::MALFORMED,
           "notice: as_of is not a date"},
          {[](auto& p) { p.set_as_of("2025-1-1"); }, v1::MALFORMED, "notice: as_of is not a date"},
          {[](auto& p) { p.set_stated_scale(1200); }, v1::MALFORMED,
           "notice: stated scale has more than one significant digit"},
          {[](auto& p) { p.set_left_out_percent(101); }, v1::MALFORMED,
           "notice: more left out than there was"},
          {[](auto& p) { p.add_not_held(""); }, v1::MALFORMED,
           "notice: not_held names columns, sorted, each once"},
          {[](auto& p) { p.add_not_held("a"), p.add_not_held("a"); }, v1::MALFORMED,
           "notice: not_held names columns, sorted, each once"},
          {[](auto& p) { p.add_not_held("b"), p.add_not_held("a"); }, v1::MALFORMED,
           "notice: not_held names columns, sorted, each once"},
          {[](auto& p) { p.add_not_held(std::string(129, 'a')); }, v1::MALFORMED,
           "notice: not_held names columns, sorted, each once"},
      });
}

TEST(ManifestKind, TheShareThatWasLeftOutIsRoundedUp) {
  EXPECT_EQ(LeftOutPercent(0, 0), 0u);
  EXPECT_EQ(LeftOutPercent(1'000, 0), 0u);
  EXPECT_EQ(LeftOutPercent(999'999, 1), 1u);
  EXPECT_EQ(LeftOutPercent(98, 2), 2u);
  EXPECT_EQ(LeftOutPercent(97'999, 2'001), 3u);
  EXPECT_EQ(LeftOutPercent(0, 7), 100u);
  EXPECT_EQ(LeftOutPercent(UINT64_MAX, UINT64_MAX), 50u);
}

TEST(ManifestKind, DraftSaysWhatTheDefinitionSays) {
  TestCommons c({});
  c.Found();
  v1::Resolution rules = c.CommonRules();
  v1::Standard standard = c.CasesStandard();
  standard.set_retention("seven years");
  standard.set_consent_basis("law");
  rules.mutable_items(0)->set_standard(standard.SerializeAsString());
  c.Resolve(rules);
  v1::Manifest manifest;
  ASSERT_TRUE(manifest.ParseFromString(
      *DraftManifest(c.Fold(), c.orgs[1].id, "cases", {4, "2025-12-31", 3, "", {"sex"}}, c.now)));
  EXPECT_TRUE(ParseAs(kManifestKind, manifest.SerializeAsString()).ok());
  EXPECT_EQ(manifest.standard_id(), StandardIdOf(standard.SerializeAsString()).view());
  EXPECT_EQ(manifest.epoch(), 4u);
  EXPECT_EQ(manifest.as_of(), "2025-12-31");
  EXPECT_EQ(manifest.left_out_percent(), 3u);
  ASSERT_EQ(manifest.not_held_size(), 1);
  EXPECT_EQ(manifest.not_held(0), "sex");
  EXPECT_EQ(manifest.retention(), "seven years");
  EXPECT_EQ(manifest.consent_basis(), "law");
  EXPECT_TRUE(manifest.each_row_is_a_person());
  const auto unknown = DraftManifest(c.Fold(), c.orgs[1].id, "other", {1}, c.now);
  const auto other =
      DraftManifest(c.Fold(), c.orgs[1].id, "cases", {1, "", 0, "", {"ward"}}, c.now);
  EXPECT_EQ(Told(other.status()),
            "MALFORMED: stated as not held: \"ward\" is no column of the definition of cases");
  EXPECT_EQ(unknown.status(), absl::NotFoundError("other: the commons has no such definition"));
}

}  // namespace
}  // namespace commons::governance
