// The contract of an edition's writer, without any file or other source of rows.
#include "storage/table/edition_writer.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/prf.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/table/chunk_reader.h"
#include "storage/table/chunk_writer.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TableLayout OneNumber() {
  return {.columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 1'000'000}}};
}

std::vector<Row> Numbers(int count, int64_t value) {
  return std::vector<Row>(count, Row{.values = {value}});
}

class EditionWriterTest : public StoreFixture {
 protected:
  int64_t Rows(absl::string_view name, uint64_t edition) {
    const auto result = store_->Scan(name, edition, {.measures = {{}}});
    EXPECT_TRUE(result.ok()) << result.status();
    return static_cast<int64_t>((*result)[0][0]);
  }
  void ExpectOnly(uint64_t edition, int64_t rows) {
    EXPECT_EQ(*store_->CurrentEdition("t"), edition);
    EXPECT_EQ(Rows("t", edition), rows);
    EXPECT_EQ(EditionsOnDisk(), UpTo(edition));
    EXPECT_TRUE(std::filesystem::is_empty(ImportDirectory(*db_)));
  }
  std::vector<int64_t> Stored(uint64_t edition, const ChunkId& id) {
    const std::string plain = *OpenChunk(*db_, {0, edition}, DatasetKeyOf("t"), id);
    const ChunkView view = *ChunkView::Parse(plain);
    std::vector<int64_t> out((view.rows() + 7) / 8 * 8);
    view.ReadIntegers(0, view.rows(), out.data());
    out.resize(view.rows());
    return out;
  }
};

TEST_F(EditionWriterTest, NobodySeesAnEditionBeforeItIsCommitted) {
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(10, 1)).ok());
  auto edition = store_->Begin("t", OneNumber());
  ASSERT_TRUE(edition.ok()) << edition.status();
  EXPECT_EQ(edition->held().edition, 1);
  EXPECT_EQ(edition->held().rows, 10);
  EXPECT_TRUE(edition->held().same_layout);
  for (const Row& row : Numbers(150'000, 2)) ASSERT_TRUE(AddRow(*edition, row).ok());
  EXPECT_EQ(*store_->CurrentEdition("t"), 1);
  EXPECT_EQ(Rows("t", 1), 10);
  EXPECT_EQ(store_->Pin("t", 2).status().code(), absl::StatusCode::kNotFound);
  const auto written = edition->Commit();
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->edition, 2);
  EXPECT_EQ(written->rows, 150'000);
  EXPECT_EQ(written->persons, 0);
  ExpectOnly(2, 150'000);
}

TEST_F(EditionWriterTest, AnEditionThatIsNotCommittedLeavesNothing) {
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(10, 1)).ok());
  {
    auto edition = store_->Begin("t", OneNumber());
    for (const Row& row : Numbers(150'000, 2)) ASSERT_TRUE(AddRow(*edition, row).ok());
    EXPECT_FALSE(std::filesystem::is_empty(ImportDirectory(*db_)));
  }
  ExpectOnly(1, 10);
  Reopen();
  EXPECT_EQ(Rows("t", 1), 10);
  {
    const auto edition = store_->Begin("other", OneNumber());
    EXPECT_EQ(edition->held().rows, 0);
  }
  EXPECT_THAT(store_->List(), ElementsAre("t"));
}

TEST_F(EditionWriterTest, ItsNumberIsAboveThoseThatWereGivenElsewhere) {
  EXPECT_EQ(Write("t", OneNumber(), Numbers(10, 1), {.after = 7})->edition, 8u);
  EXPECT_EQ(Write("t", OneNumber(), Numbers(10, 1), {.after = 3})->edition, 9u);
  Reopen();
  EXPECT_EQ(Write("t", OneNumber(), Numbers(10, 1))->edition, 10u);
}

TEST_F(EditionWriterTest, MayHoldNobody) {
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(10, 1)).ok());
  auto edition = store_->Begin("t", OneNumber());
  const auto written = edition->Commit(3);
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->rows, 0u);
  Reopen();
  const auto info = store_->Describe("t");
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->edition, 2u);
  EXPECT_EQ(info->rows, 0u);
  EXPECT_EQ(info->rejected, 3u);
  EXPECT_EQ((*store_->Scan("t", 2, {.measures = {{}}}))[0][0], 0);
}

TEST_F(EditionWriterTest, WhatWasWrittenSinceIsNotDroppedForWhatWasMeant) {
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(10, 1)).ok());
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(20, 1)).ok());
  EXPECT_EQ(store_->Drop("t", 1),
            absl::FailedPreconditionError("edition 2 is held now, not edition 1"));
  EXPECT_EQ(store_->Describe("t")->rows, 20u);
  EXPECT_TRUE(store_->Drop("t", 2).ok());
  EXPECT_TRUE(absl::IsNotFound(store_->Drop("t", 2)));
}

TEST_F(EditionWriterTest, ItEndsWithCommit) {
  auto edition = store_->Begin("t", OneNumber());
  ASSERT_TRUE(AddRow(*edition, {.values = {1}}).ok());
  ASSERT_TRUE(edition->Commit().ok());
  EXPECT_EQ(edition->Commit().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(AddRow(*edition, {.values = {1}}).code(), absl::StatusCode::kFailedPrecondition);
  // The next writer's files have the same names: the one that ended leaves them alone.
  auto next = store_->Begin("t", OneNumber());
  for (const Row& row : Numbers(70'000, 2)) ASSERT_TRUE(AddRow(*next, row).ok());
  edition = absl::NotFoundError("gone");
  ASSERT_TRUE(next->Commit().ok());
  ExpectOnly(2, 70'000);
}

TEST_F(EditionWriterTest, RowsThatDoNotFitTheLayoutAreRefusedByColumnAndNotAdded) {
  const TableLayout layout{
      .columns = {{.name = "sex",
                   .kind = ColumnKind::kCode,
                   .required = true,
                   .codes = {{"F", 0}, {"M", 1}},
                   .code_count = 2},
                  {.name = "cost", .kind = ColumnKind::kInteger, .min_value = -5, .max_value = 99},
                  {.name = "note", .kind = ColumnKind::kHidden}}};
  auto edition = store_->Begin("t", layout);
  const auto why = [&](std::vector<ColumnValue> values, const std::string& text = "CANARY") {
    const std::vector<absl::string_view> texts = {"", "", text};
    const absl::Status status = edition->Add(values, texts, "");
    EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status));
    EXPECT_THAT(status.message(), Not(HasSubstr("CANARY")));
    return std::string(status.message());
  };
  EXPECT_EQ(why({{0}, {0}, {}}), "");
  EXPECT_EQ(why({{1}, {99}, {}}), "");
  EXPECT_EQ(why({{1}, {-5}, {0, true}}), "");
  EXPECT_EQ(why({{1}, {12345, true}, {}}), "");
  EXPECT_THAT(why({{2}, {0}, {}}), HasSubstr("column \"sex\": no such code"));
  EXPECT_THAT(why({{-1}, {0}, {}}), HasSubstr("column \"sex\": no such code"));
  EXPECT_THAT(why({{0, true}, {0}, {}}), HasSubstr("column \"sex\": a value is required"));
  EXPECT_THAT(why({{0}, {100}, {}}), HasSubstr("column \"cost\": outside the declared range"));
  EXPECT_THAT(why({{0}, {-6}, {}}), HasSubstr("column \"cost\": outside the declared range"));
  EXPECT_THAT(why({{0}, {0}, {}}, std::string(limits::kCsvFieldBytes + 1, 'x')),
              HasSubstr("column \"note\": a text is too long"));
  EXPECT_THAT(why({{0}, {0}}), HasSubstr("for every column"));
  ASSERT_EQ(edition->Commit()->rows, 4);
  EXPECT_THAT(Stored(1, {0, 1}), ElementsAre(0, 99, -5, -5)) << "NULL is packed as the least";
}

TEST_F(EditionWriterTest, NamesAndLayoutsOutOfBoundsAreRefused) {
  const auto code = [&](const std::string& name, const TableLayout& layout) {
    return store_->Begin(name, layout).status().code();
  };
  EXPECT_EQ(code("", OneNumber()), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(std::string(limits::kNameBytes + 1, 'x'), OneNumber()),
            absl::StatusCode::kInvalidArgument);
  TableLayout twice = OneNumber();
  twice.columns.push_back(twice.columns[0]);
  EXPECT_EQ(code("t", twice), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("t", OneNumber()), absl::StatusCode::kOk);
}

TEST_F(EditionWriterTest, APersonIsTheSameByNumberAndByItsDigits) {
  TableLayout layout = OneNumber();
  layout.entity_header = "who";
  auto edition = store_->Begin("t", layout, {.rows_per_person = 2});
  const auto add = [&](const absl::AlphaNum& person, int64_t value) {
    const std::vector<ColumnValue> values = {{value}};
    ASSERT_TRUE(edition->Add(values, {absl::string_view()}, person).ok());
  };
  add(17, 1);
  add("17", 2);
  add("x", 3);
  add(17, 4);
  const auto written = edition->Commit();
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->persons, 2);
  EXPECT_EQ(written->rows_over, 1);
  EXPECT_THAT(Stored(1, {0, ChunkId::kPersonColumn}), ElementsAre(0, 0, 1, 0));
}

// Second implementation of docs/formats/columns.md, "Person numbers and ranks".
TEST_F(EditionWriterTest, RanksAreTheOrderOfTheDocumentedHash) {
  TableLayout layout = OneNumber();
  layout.columns.push_back({.name = "secret", .kind = ColumnKind::kHidden});
  layout.columns.push_back(
      {.name = "c", .kind = ColumnKind::kCode, .codes = {{"a", 0}}, .code_count = 1});
  layout.entity_header = "who";
  std::vector<Row> rows;
  for (uint32_t i = 0; i < 300; ++i) {
    rows.push_back(
        {.values = {i * 7 % 50, std::nullopt, i % 2 ? std::optional<int64_t>(0) : std::nullopt},
         .person = i % 3});
  }
  ASSERT_TRUE(Write("t", layout, rows).ok());
  const crypto::AeadKey key = DatasetKeyOf("t");
  crypto::FieldHasher hasher("commons/rank/1",
                             key.Bytes(crypto::SecretKeyAccess::IKnowWhatIAmDoing()));
  const crypto::PrfKey rank_key(hasher.Finish().ToBytes());
  std::map<uint32_t, std::multimap<uint32_t, size_t>> ordered;  // by person; equal ones by row
  for (size_t i = 0; i < rows.size(); ++i) {
    std::string message = absl::StrCat(rows[i].person);
    const int64_t stored[] = {*rows[i].values[0], 0, i % 2 ? 0 : 1};
    const bool null[] = {false, true, i % 2 == 0};
    for (int column = 0; column < 3; ++column) {
      for (int byte = 0; byte < 8; ++byte) {
        message.push_back(static_cast<char>(stored[column] >> (8 * byte)));
      }
      message.push_back(null[column] ? '\1' : '\0');
    }
    ordered[rows[i].person].emplace(static_cast<uint32_t>(rank_key.Hash64(message)), i);
  }
  std::vector<int64_t> expected(rows.size());
  for (const auto& [person, by_hash] : ordered) {
    int64_t rank = 0;
    for (const auto& [hash, row] : by_hash) expected[row] = rank++;
  }
  EXPECT_EQ(Stored(1, {ChunkId::kRankSection, ChunkId::kRankColumn}), expected);
}

TEST_F(EditionWriterTest, RowsKeptComeFirstAndUnchanged) {
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(70'000, 1)).ok());
  auto edition = store_->Begin("t", OneNumber());
  const uint64_t before = edition->held().mark;
  EXPECT_NE(edition->mark(), before);
  ASSERT_TRUE(edition->KeepHeld().ok());
  EXPECT_EQ(edition->Commit().status().code(), absl::StatusCode::kFailedPrecondition)
      << "nothing is added";
  ASSERT_TRUE(AddRow(*edition, {.values = {5}}).ok());
  EXPECT_EQ(edition->Commit()->rows, 70'001);
  ExpectOnly(2, 70'001);
  EXPECT_THAT(Stored(2, {2, 0}), ElementsAre(5));
  EXPECT_NE(store_->Begin("t", OneNumber())->held().mark, before);
}

TEST_F(EditionWriterTest, RowsAreKeptOnlyWhereThatKeepsTheirMeaning) {
  const auto kept = [&](const TableLayout& layout, bool add_first = false) {
    auto edition = store_->Begin("t", layout);
    if (add_first) AddRow(*edition, {.values = {5}}).IgnoreError();
    return edition->KeepHeld().code();
  };
  EXPECT_EQ(kept(OneNumber()), absl::StatusCode::kFailedPrecondition) << "nothing is held";
  ASSERT_TRUE(Write("t", OneNumber(), Numbers(3, 1)).ok());
  EXPECT_EQ(kept(OneNumber()), absl::StatusCode::kOk);
  EXPECT_EQ(kept(OneNumber(), /*add_first=*/true), absl::StatusCode::kFailedPrecondition);
  TableLayout other = OneNumber();
  other.columns[0].max_value = 5;
  EXPECT_EQ(kept(other), absl::StatusCode::kFailedPrecondition);
  other.entity_header = "who";
  ASSERT_TRUE(Write("t", other, Numbers(3, 1)).ok());
  EXPECT_EQ(kept(other), absl::StatusCode::kFailedPrecondition) << "persons were forgotten";
}

TEST_F(EditionWriterTest, AWriterWaitsForTheOneBefore) {
  std::optional<EditionWriter> first(*store_->Begin("t", OneNumber()));
  std::thread second([&] { EXPECT_TRUE(Write("t", OneNumber(), Numbers(20, 2)).ok()); });
  for (const Row& row : Numbers(10, 1)) ASSERT_TRUE(AddRow(*first, row).ok());
  EXPECT_EQ(first->Commit()->edition, 1);
  second.join();
  ExpectOnly(2, 20);
}

// Every writer's files have the same names: the next one's must not be there while those of a
// rehearsal still go.
TEST_F(EditionWriterTest, AWriterWaitsUntilNothingIsLeftOfARehearsal) {
  std::optional<EditionWriter> first(*store_->Begin("t", OneNumber()));
  for (const Row& row : Numbers(70'000, 1)) ASSERT_TRUE(AddRow(*first, row).ok());
  std::promise<void> begun;
  std::thread second([&] {
    auto edition = store_->Begin("t", OneNumber());
    for (const Row& row : Numbers(80'000, 2)) EXPECT_TRUE(AddRow(*edition, row).ok());
    begun.set_value();
    EXPECT_TRUE(edition->Commit().ok());
  });
  EXPECT_EQ(first->Rehearse()->rows, 70'000);
  EXPECT_EQ(begun.get_future().wait_for(std::chrono::milliseconds(500)),
            std::future_status::timeout);
  first.reset();
  second.join();
  ExpectOnly(1, 80'000);
}

TEST_F(EditionWriterTest, MuchHiddenTextEndsAChunkEarlyAndTheRowsStayInOrder) {
  TableLayout layout = OneNumber();
  layout.columns.push_back({.name = "note", .kind = ColumnKind::kHidden});
  auto edition = store_->Begin("t", layout);
  const std::string text(limits::kCsvFieldBytes, 'x');
  for (int64_t i = 0; i < 300; ++i) {
    const std::vector<ColumnValue> values = {{i}, {}};
    ASSERT_TRUE(edition->Add(values, {absl::string_view(), absl::string_view(text)}, "").ok());
  }
  ASSERT_TRUE(edition->Commit().ok());
  const std::vector<int64_t> first = Stored(1, {0, 0});
  const std::vector<int64_t> last = Stored(1, {2, 0});
  EXPECT_EQ(first.size(), 128);
  EXPECT_EQ(last.front(), 256);
  EXPECT_EQ(last.back(), 299);
  ExpectOnly(1, 300);
}

}  // namespace
}  // namespace commons::storage
