#include "node/services/dataset_revert.h"

#include <string>

#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/layout.h"
#include "query/testing/federation.h"

namespace commons::node {
namespace {

using testing::HasSubstr;

class DatasetRevertTest : public testing::Test {
 protected:
  // Without rows, and `rejected` of its source left out.
  // As a version did that kept no definition: `known` is false.
  void Import(uint64_t rejected = 0, bool known = true,
              const std::set<std::string>& not_held = {}) {
    const auto* standard = federation_.reg()->FindStandard(query::testing::kDataset);
    auto edition =
        tables_->Begin(query::testing::kDataset, query::LayoutOf(standard->standard, not_held),
                       {.definition = known ? standard->id : Hash32()});
    ASSERT_TRUE(edition.ok()) << edition.status();
    ASSERT_TRUE(edition->Commit(rejected).ok());
  }
  v1::RevertDatasetReply Revert(uint64_t epoch = 0,
                                const std::string& dataset = query::testing::kDataset) {
    v1::RevertDatasetRequest request;
    request.set_dataset(dataset);
    request.set_epoch(epoch);
    return RevertDataset(*federation_.reg(), federation_.nodes[0]->org, *tables_, request);
  }
  uint64_t Held() { return *tables_->CurrentEdition(query::testing::kDataset); }

  query::testing::Federation federation_;
  const TempDir dir_;
  const crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  const std::unique_ptr<storage::Database> db_ = *storage::Database::Open(dir_ / "db");
  const std::unique_ptr<storage::TableStore> tables_ =
      *storage::TableStore::Open(db_.get(), &master_, &crypto::SystemRandom(), {});
};

TEST_F(DatasetRevertTest, GoesBackAndSaysWhatIsHeldWithWhatItLeftOut) {
  Import(/*rejected=*/3);
  Import();
  const v1::RevertDatasetReply back = Revert(2);
  EXPECT_FALSE(back.has_refusal()) << back.ShortDebugString();
  EXPECT_EQ(back.epoch(), 1u);
  EXPECT_EQ(back.left_out_percent(), 100u);
  EXPECT_EQ(Held(), 1u);
  EXPECT_EQ(Revert().left_out_percent(), 0u);
  EXPECT_EQ(Held(), 2u);
}

TEST_F(DatasetRevertTest, EachRefusalHasItsReasonAndChangesNothing) {
  EXPECT_EQ(Revert().refusal().reason(), v1::NO_DATA);
  EXPECT_EQ(Revert(0, "nope").refusal().reason(), v1::NO_DATA);
  Import();
  const v1::RevertDatasetReply only = Revert();
  EXPECT_EQ(only.refusal().reason(), v1::NO_DATA);
  EXPECT_THAT(only.refusal().message(), HasSubstr("no edition before edition 1 is kept; import"));
  Import();
  const v1::RevertDatasetReply late = Revert(1);
  EXPECT_EQ(late.refusal().reason(), v1::STALE);
  EXPECT_THAT(late.refusal().message(), HasSubstr("edition 2 is held now, not edition 1"));
  EXPECT_EQ(late.epoch(), 0u);
  EXPECT_EQ(Held(), 2u);
}

TEST_F(DatasetRevertTest, SaysWhichColumnsTheEditionDoesNotHave) {
  Import(0, true, {"region"});
  Import();
  const v1::RevertDatasetReply back = Revert();
  EXPECT_FALSE(back.has_refusal()) << back.ShortDebugString();
  EXPECT_THAT(back.not_held(), testing::ElementsAre("region"));
  EXPECT_TRUE(Revert().not_held().empty());
}

// They answer what they did; the notice has to say what they are of.
TEST_F(DatasetRevertTest, RowsOfAnEarlierDefinitionAreGoneBackToAsWhatTheyAre) {
  Import();
  const Hash32 before = federation_.reg()->FindStandard(query::testing::kDataset)->id;
  v1::Standard standard = query::testing::VisitsStandard();
  standard.mutable_columns(1)->mutable_codes(0)->set_label("of the north");  // the same layout
  federation_.SetStandard(standard);
  Import();
  const v1::RevertDatasetReply reply = Revert();
  EXPECT_FALSE(reply.has_refusal()) << reply.DebugString();
  EXPECT_EQ(reply.standard_id(), before.view());
  EXPECT_EQ(Revert().standard_id(),
            federation_.reg()->FindStandard(query::testing::kDataset)->id.view());
}

TEST_F(DatasetRevertTest, RowsOfAnUnknownDefinitionAreNotGoneBackTo) {
  Import(0, /*known=*/false);
  federation_.SetNotice(0, 7);  // no notice names that edition
  v1::Standard standard = query::testing::VisitsStandard();
  v1::Code& code = *standard.mutable_columns(1)->add_codes();
  code.set_value("stewart");
  code.set_label("Stewart Island");
  federation_.SetStandard(standard);
  Import();
  const v1::RevertDatasetReply refused = Revert();
  EXPECT_EQ(refused.refusal().reason(), v1::WRONG_STANDARD);
  EXPECT_THAT(refused.refusal().message(),
              HasSubstr("nobody knows which common definition edition 1"));
  EXPECT_EQ(Held(), 2u);
}

}  // namespace
}  // namespace commons::node
