#include "node/services/dataset_import.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "node/log/log.h"
#include "query/question/layout.h"
#include "query/testing/federation.h"

namespace commons::node {
namespace {

using testing::HasSubstr;

class DatasetImportTest : public testing::Test {
 protected:
  DatasetImportTest() {
    std::filesystem::create_directory(home_.inbox());
    std::filesystem::create_directory(home_.outbox());
    SetUpLog("info");
  }
  // Of the dataset "visits" (query/testing/visits.h).
  v1::ImportReply Load(const std::string& rows, uint32_t accepted_rejects = 0,
                       std::function<bool()> given_up = nullptr, const v1::Dialect& dialect = {}) {
    std::ofstream(home_.inbox() + "/rows.csv") << "sex,region,income,age\n" << rows;
    v1::ImportRequest request;
    request.set_dataset(query::testing::kDataset);
    request.set_file("rows.csv");
    request.set_accepted_rejects(accepted_rejects);
    *request.mutable_dialect() = dialect;
    return ImportDataset(home_, *federation_.reg(), *tables_, request, std::move(given_up));
  }
  static std::string Rows(int times, const std::string& row) {
    std::string rows;
    for (int i = 0; i < times; ++i) rows += row + "\n";
    return rows;
  }

  query::testing::Federation federation_;
  crypto::RandomSource& random_ = crypto::SystemRandom();
  const TempDir dir_;
  const Home home_{dir_.path(),
                   {},
                   {},
                   federation_.nodes[0]->org,
                   crypto::SigningKey::Generate(random_),
                   crypto::SigningKey::Generate(random_),
                   crypto::AeadKey::Generate(random_),
                   ""};
  const std::unique_ptr<storage::Database> db_ = *storage::Database::Open(dir_ / "db");
  const std::unique_ptr<storage::TableStore> tables_ =
      *storage::TableStore::Open(db_.get(), &home_.store_key, &random_, {});
};

TEST_F(DatasetImportTest, AnUnknownDatasetIsToldTheNearest) {
  v1::ImportRequest request;
  request.set_dataset("visit");
  request.set_file("rows.csv");
  const auto told = [&] {
    return ImportDataset(home_, *federation_.reg(), *tables_, request, [] { return false; })
        .refusal()
        .message();
  };
  EXPECT_THAT(told(), HasSubstr("\"visit\"; is it visits?"));
  request.set_dataset("quite another");
  EXPECT_THAT(told(), testing::Not(HasSubstr("is it")));
}

// Whoever asked for it pressed Ctrl-C: the log called that a fault of this node (INTERNAL).
TEST_F(DatasetImportTest, OneThatIsGivenUpIsLoggedAsThat) {
  testing::internal::CaptureStderr();
  const v1::ImportReply reply = Load("F,north,1,1\n", 0, [] { return true; });
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(reply.has_refusal());
  EXPECT_THAT(log, HasSubstr("event=import"));
  EXPECT_THAT(log, HasSubstr("outcome=\"given up\""));
}

TEST_F(DatasetImportTest, WhatWouldBeLostStopsItAndIsForTheTerminalAlone) {
  testing::internal::CaptureStderr();
  const std::string rows = Rows(90, "F,north,1,1") + Rows(10, "F,North ,1,1");
  const v1::ImportReply stopped = Load(rows);
  EXPECT_EQ(stopped.refusal().reason(), v1::ROWS_REJECTED);
  EXPECT_THAT(stopped.refusal().message(), HasSubstr("inbox/rows.csv: 10 of 100 rows were not "
                                                     "accepted, more than 2 %"));
  EXPECT_FALSE(stopped.rejects_file().empty());
  ASSERT_EQ(stopped.unknown_texts_size(), 1);
  EXPECT_EQ(stopped.unknown_texts(0).text(), "North ");
  EXPECT_EQ(stopped.unknown_texts(0).near_code(), "north");
  EXPECT_EQ(stopped.unknown_texts(0).rows(), 10u);
  EXPECT_FALSE(tables_->Describe(query::testing::kDataset).ok());
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("outcome=ROWS_REJECTED"));
  EXPECT_THAT(log, testing::Not(HasSubstr("North")));

  const v1::ImportReply stated = Load(rows, 100'000);
  ASSERT_FALSE(stated.has_refusal()) << stated.refusal().ShortDebugString();
  EXPECT_EQ(stated.left_out_percent(), 10u);
  EXPECT_EQ(stated.accepted(), 90u);
  EXPECT_EQ(tables_->Describe(query::testing::kDataset)->rejected, 10u);
}

TEST_F(DatasetImportTest, TheFileIsReadAsItsDialectSaysAndOneThatCanNotBeIsRefused) {
  v1::Dialect dialect;
  v1::FieldDialect& field = *dialect.add_fields();
  field.set_name("sex");
  field.add_map()->set_to("F");
  field.mutable_map(0)->add_from("Wahine");
  EXPECT_EQ(Load("Wahine,north,1,1\n", 0, nullptr, dialect).accepted(), 1u);
  field.add_map()->set_to("F");
  const v1::ImportReply refused = Load("Wahine,north,1,1\n", 0, nullptr, dialect);
  EXPECT_EQ(refused.refusal().reason(), v1::MALFORMED);
  EXPECT_THAT(refused.refusal().message(), HasSubstr("the dialect: the field \"sex\""));
  EXPECT_EQ(*tables_->CurrentEdition(query::testing::kDataset), 2u);
}

TEST_F(DatasetImportTest, AColumnMayBeStatedAsNotHeld) {
  const auto load = [&](const std::vector<std::string>& not_held) {
    std::ofstream(home_.inbox() + "/rows.csv") << "sex,income\nF,1\nM,2\n";
    v1::ImportRequest request;
    request.set_dataset(query::testing::kDataset);
    request.set_file("rows.csv");
    request.mutable_not_held()->Add(not_held.begin(), not_held.end());
    return ImportDataset(home_, *federation_.reg(), *tables_, request);
  };
  EXPECT_THAT(load({}).refusal().message(),
              HasSubstr("declared columns missing from the header: \"region\", \"age\""));
  EXPECT_EQ(load({"region", "ward"}).refusal().reason(), v1::MALFORMED);
  EXPECT_THAT(load({"region", "ward"}).refusal().message(),
              HasSubstr("\"ward\" is no column of the definition of visits"));
  EXPECT_TRUE(load({"sex", "region", "income", "age"}).has_refusal()) << "nothing would be held";
  EXPECT_TRUE(tables_->List().empty());
  const v1::ImportReply reply = load({"region", "age", "region"});  // "age" is required
  ASSERT_FALSE(reply.has_refusal()) << reply.refusal().ShortDebugString();
  EXPECT_EQ(reply.accepted(), 2u);
  EXPECT_THAT(reply.not_held(), testing::ElementsAre("age", "region"));
  EXPECT_THAT(query::NotHeldIn(tables_->Describe(query::testing::kDataset)->layout,
                               query::testing::VisitsStandard()),
              testing::ElementsAre("age", "region"));
}

// What the file has of such a column is passed over: nothing is kept that was said to be absent.
TEST_F(DatasetImportTest, AColumnStatedAsNotHeldIsNotStoredWhereTheFileHasIt) {
  std::ofstream(home_.inbox() + "/rows.csv") << "sex,region,income,age\nF,nowhere,1,1\n";
  v1::ImportRequest request;
  request.set_dataset(query::testing::kDataset);
  request.set_file("rows.csv");
  request.add_not_held("region");
  EXPECT_EQ(ImportDataset(home_, *federation_.reg(), *tables_, request).accepted(), 1u);
}

TEST_F(DatasetImportTest, RehearsedNothingOfItStays) {
  std::ofstream(home_.inbox() + "/rows.csv") << "sex,region,income,age\nF,north,1,1\nx,north,1,1\n";
  v1::ImportRequest request;
  request.set_dataset(query::testing::kDataset);
  request.set_file("rows.csv");
  request.set_accepted_rejects(900'000);
  const v1::ImportReply reply =
      ImportDataset(home_, *federation_.reg(), *tables_, request, nullptr, ImportEnd::kRehearse);
  ASSERT_FALSE(reply.has_refusal()) << reply.refusal().ShortDebugString();
  EXPECT_EQ(reply.accepted(), 1u);
  EXPECT_EQ(reply.rejected(), 1u);
  EXPECT_EQ(reply.epoch(), 2u) << "a notice named edition 1";
  EXPECT_EQ(reply.unknown_texts(0).text(), "x");
  EXPECT_EQ(reply.rejects_file(), "");
  EXPECT_TRUE(std::filesystem::is_empty(home_.outbox()));
  EXPECT_TRUE(tables_->List().empty());
}

TEST_F(DatasetImportTest, TheDefinitionsClipAndOtherMembersCodesAreLookedAt) {
  v1::Standard standard = query::testing::VisitsStandard();
  standard.mutable_columns(1)->mutable_codes(1)->set_exclusive_org(
      federation_.nodes[1]->org.ToBytes());
  federation_.SetStandard(standard);
  const v1::ImportReply reply = Load(Rows(98, "F,north,1,1") + "F,north,1,101\nF,south,1,1\n");
  ASSERT_FALSE(reply.has_refusal()) << reply.refusal().ShortDebugString();
  EXPECT_THAT(reply.warnings(),
              testing::ElementsAre(HasSubstr("a code that only another member holds"),
                                   HasSubstr("1 values of \"age\" lie beyond commons:clip")));
  standard.mutable_columns(1)->mutable_codes(1)->set_exclusive_org(
      federation_.nodes[0]->org.ToBytes());
  federation_.SetStandard(standard);
  EXPECT_EQ(Load(Rows(9, "F,south,1,1")).accepted(), 9u);
}

}  // namespace
}  // namespace commons::node
