// kill -9 at every stage of writing an edition: the one before it answers as if nothing had
// happened, and nothing of the unfinished one is left after the next start. Nor is the key of what
// was dropped.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/full_disk_for_test.h"
#include "storage/table/chunk_writer.h"
#include "storage/table/edition_disk.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

TableLayout Layout() {
  return {.columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 1'000'000}}};
}

std::vector<Row> Rows(int rows, int value) {
  return std::vector<Row>(rows, Row{.values = {value}});
}

class DyingStore : public StoreFixture {
 protected:
  void SetUp() override {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    GTEST_SKIP() << "ThreadSanitizer can't follow a child that starts threads";
#endif
#endif
  }

  // In a child of its own, which ends by SIGKILL as soon as the stage is reached ("chunk2": for the
  // second time).
  void WriteAndDie(const std::vector<Row>& rows, absl::string_view at, bool keep = false) {
    int passes = absl::ConsumeSuffix(&at, "2") ? 2 : 1;
    Die([&] {
      EditionOptions options;
      options.at_stage = [at, &passes](absl::string_view stage) {
        if (stage == at && --passes == 0) kill(getpid(), SIGKILL);
      };
      auto edition = store_->Begin("t", Layout(), options);
      if (!edition.ok() || (keep && !edition->KeepHeld().ok())) return;
      for (const Row& row : rows) AddRow(*edition, row).IgnoreError();
      edition->Commit().IgnoreError();
    });
  }

  void Die(const std::function<void()>& work) {
    Close();
    const pid_t child = fork();
    if (child == 0) {
      Reopen();
      work();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the stage was not reached";
    Reopen();
    ASSERT_NE(store_, nullptr);
  }

  std::string SealedRecord() {
    std::string sealed;
    EXPECT_TRUE(db_->raw()->Get({}, db_->family(Family::kDatasets), DatasetKey("t"), &sealed).ok());
    return sealed;
  }
  DatasetRecord Record() { return *ParseDataset(*master_.Open(SealedRecord(), DatasetKey("t"))); }

  const ScanSpec sum_{.measures = {{}, {.kind = ScanMeasure::kSum, .column = 0}}};
};

using FailedCommitTest = StoreFixture;

class CrashTest : public DyingStore, public testing::WithParamInterface<const char*> {};

TEST_P(CrashTest, TheEditionBeforeStays) {
  // A child of a process with threads may not use the library again: the first edition has its own.
  WriteAndDie(Rows(1'000, 1), "committed");
  EXPECT_EQ(*store_->CurrentEdition("t"), 1);
  WriteAndDie(Rows(150'000, 2), GetParam());
  const bool flipped = absl::string_view(GetParam()) == "committed";
  const uint64_t edition = *store_->CurrentEdition("t");
  EXPECT_EQ(edition, flipped ? 2 : 1);
  const ScanResult result = *store_->Scan("t", edition, sum_);
  EXPECT_EQ(result[0][0], flipped ? 150'000 : 1'000);
  EXPECT_EQ(result[1][0], flipped ? 300'000 : 1'000);
  EXPECT_EQ(EditionsOnDisk(), UpTo(edition));
  EXPECT_FALSE(std::filesystem::exists(ImportDirectory(*db_)));
  // And the next one is none the wiser.
  ASSERT_TRUE(Write("t", Layout(), Rows(10, 3)).ok());
  EXPECT_EQ(*store_->CurrentEdition("t"), edition + 1);
  EXPECT_EQ((*store_->Scan("t", edition + 1, sum_))[1][0], 30);
}

TEST_P(CrashTest, AFirstEditionLeavesNothing) {
  WriteAndDie(Rows(150'000, 2), GetParam());
  const bool flipped = absl::string_view(GetParam()) == "committed";
  EXPECT_EQ(store_->List().size(), flipped ? 1 : 0);
  EXPECT_EQ(EditionsOnDisk().size(), flipped ? 1 : 0);
}

class AddingCrashTest : public CrashTest {
 protected:
  void ExpectHeld(uint64_t edition, int64_t rows, int64_t sum) {
    EXPECT_EQ(*store_->CurrentEdition("t"), edition);
    EXPECT_EQ(store_->Describe("t")->rows, rows);
    const auto result = store_->Scan("t", edition, sum_);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ((*result)[0][0], rows);
    EXPECT_EQ((*result)[1][0], sum);
    EXPECT_EQ(EditionsOnDisk(), UpTo(edition));
    EXPECT_FALSE(std::filesystem::exists(ImportDirectory(*db_)));
  }
};

TEST_P(AddingCrashTest, RowsAreAddedWholeOrNotAtAllAndTheMarkTells) {
  WriteAndDie(Rows(100'000, 1), "committed");
  const uint64_t mark = store_->Begin("t", Layout())->held().mark;
  WriteAndDie(Rows(70'000, 2), GetParam(), /*keep=*/true);
  const bool flipped = absl::string_view(GetParam()) == "committed";
  ExpectHeld(flipped ? 2 : 1, flipped ? 170'000 : 100'000, flipped ? 240'000 : 100'000);
  {
    auto edition = store_->Begin("t", Layout());
    ASSERT_TRUE(edition.ok()) << edition.status();
    EXPECT_EQ(edition->held().mark != mark, flipped);
    ASSERT_TRUE(edition->KeepHeld().ok());
    for (const Row& row : Rows(5, 7)) ASSERT_TRUE(AddRow(*edition, row).ok());
    ASSERT_TRUE(edition->Commit().ok());
  }
  Reopen();
  ExpectHeld(flipped ? 3 : 2, flipped ? 170'005 : 100'005, flipped ? 240'035 : 100'035);
}

INSTANTIATE_TEST_SUITE_P(Stages, AddingCrashTest,
                         testing::Values("copied", "copied2", "chunk", "chunk2", "written",
                                         "ingested", "committed"),
                         [](const auto& info) { return std::string(info.param); });

INSTANTIATE_TEST_SUITE_P(Stages, CrashTest,
                         testing::Values("chunk", "written", "ingested", "committed"),
                         [](const auto& info) { return std::string(info.param); });

// Killed between the one write and what follows it, and before it: the editions have changed places
// or have not, and both are there with all their rows.
class RevertCrashTest : public DyingStore {
 protected:
  // What the store holds, as it must also be read after a start.
  void ExpectHeld(uint64_t current, uint64_t before) {
    for (int start = 0; start < 2; ++start) {
      EXPECT_EQ(*store_->CurrentEdition("t"), current);
      const auto info = store_->Describe("t");
      ASSERT_TRUE(info->before.has_value());
      EXPECT_EQ(info->before->edition, before);
      for (const uint64_t edition : {current, before}) {
        EXPECT_EQ((*store_->Scan("t", edition, sum_))[1][0], edition * 1'000'000) << edition;
      }
      Reopen();
    }
  }
};

TEST_F(RevertCrashTest, EditionsChangePlacesWholeOrNotAtAll) {
  WriteAndDie(Rows(100'000, 10), "committed");
  WriteAndDie(Rows(100'000, 20), "committed");
  ExpectHeld(2, 1);
  Die([&] {
    EditionDisk disk(db_.get(), &master_, &crypto::SystemRandom());
    DatasetRecord record = Record();
    std::swap(record.edition, record.before);
    if (disk.Point("t", record, DatasetKeyOf("t")).ok()) kill(getpid(), SIGKILL);
  });
  ExpectHeld(1, 2);
  // The next number is above both, and what is kept is what it replaced.
  WriteAndDie(Rows(100'000, 30), "ingested");
  ExpectHeld(1, 2);
  WriteAndDie(Rows(100'000, 30), "committed");
  ExpectHeld(3, 1);
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{0, 1}, EditionId{0, 3}));
}

TEST_F(FailedCommitTest, AfterARevertThatFailedTheNextStartDecides) {
  ASSERT_TRUE(Write("t", Layout(), Rows(1'000, 1)).ok());
  ASSERT_TRUE(Write("t", Layout(), Rows(1'000, 2)).ok());
  {
    const FullDisk full(*db_);
    EXPECT_FALSE(store_->Revert("t").ok());
  }
  EXPECT_EQ(*store_->CurrentEdition("t"), 2);
  EXPECT_EQ(store_->Revert("t").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Write("t", Layout(), Rows(10, 3)).status().code(), absl::StatusCode::kAborted);
  Reopen();
  EXPECT_TRUE(store_->Revert("t").ok());
}

class DropTest : public DyingStore {
 protected:
  // In how many of the database's files these bytes stand. Files that are not needed any more have
  // gone once it is closed.
  int FilesWith(const std::string& bytes) {
    Close();
    int found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string held((std::istreambuf_iterator<char>(in)), {});
      found += absl::StrContains(held, bytes);
    }
    Reopen();
    return found;
  }
};

TEST_F(DropTest, ADropThatWasCutShortIsFinishedAtTheNextStart) {
  WriteAndDie(Rows(1'000, 1), "committed");
  const std::string sealed = SealedRecord();
  Die([&] {
    EditionDisk disk(db_.get(), &master_, &crypto::SystemRandom());
    if (disk.Bury("t", Record()).ok()) kill(getpid(), SIGKILL);
  });
  EXPECT_TRUE(store_->List().empty());
  EXPECT_EQ(FilesWith(sealed), 0);
  EXPECT_TRUE(EditionsOnDisk().empty());
  EXPECT_TRUE(Record().dropped);
  EXPECT_FALSE(Record().key_left);  // so that the next start has nothing to do
}

TEST_F(DropTest, ADropThatFailedHalfwayIsFinishedBeforeTheNameIsUsedAgain) {
  ASSERT_TRUE(Write("t", Layout(), Rows(1'000, 1)).ok());
  const std::string sealed = SealedRecord();
  EXPECT_GT(FilesWith(sealed), 0);
  db_->raw()->DisableManualCompaction();
  EXPECT_FALSE(store_->Drop("t").ok());
  EXPECT_TRUE(store_->List().empty());
  EXPECT_TRUE(Record().key_left);
  EXPECT_FALSE(Write("t", Layout(), Rows(10, 2)).ok());
  db_->raw()->EnableManualCompaction();
  ASSERT_TRUE(Write("t", Layout(), Rows(10, 2)).ok());
  EXPECT_EQ((*store_->Scan("t", 2, sum_))[1][0], 20);
  EXPECT_EQ(FilesWith(sealed), 0);
}

TEST_F(DropTest, ADropLeavesNoSealedKeyInAnyFile) {
  ASSERT_TRUE(Write("t", Layout(), Rows(1'000, 1)).ok());
  const std::string sealed = SealedRecord();
  ASSERT_TRUE(store_->Drop("t").ok());
  EXPECT_FALSE(Record().key_left);
  EXPECT_EQ(FilesWith(sealed), 0);
}

// A write that fails may have reached the disk: only a start can tell.
TEST_F(FailedCommitTest, AfterACommitThatFailedTheNextStartDecides) {
  ASSERT_TRUE(Write("t", Layout(), Rows(1'000, 1)).ok());
  std::optional<FullDisk> full;
  EditionOptions options;
  options.at_stage = [&](absl::string_view stage) {
    if (stage == "ingested") full.emplace(*db_);
  };
  EXPECT_FALSE(Write("t", Layout(), Rows(150'000, 2), options).ok());
  full.reset();
  EXPECT_EQ((*store_->Scan("t", 1, {.measures = {{}}}))[0][0], 1'000);
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{0, 1}, EditionId{0, 2}));
  EXPECT_EQ(Write("t", Layout(), Rows(10, 3)).status().code(), absl::StatusCode::kAborted);
  Reopen();
  EXPECT_EQ(EditionsOnDisk(), UpTo(*store_->CurrentEdition("t")));
  EXPECT_TRUE(Write("t", Layout(), Rows(10, 3)).ok());
}

}  // namespace
}  // namespace commons::storage
