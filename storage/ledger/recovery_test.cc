// What a damaged write-ahead log does to the ledger: spent budget must never come back in silence.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/ledger/ledger.h"

namespace commons::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kQuestions = 40;
constexpr char kDataset[] = "covid_cases";
const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

QueryId Query(uint64_t n) {
  QueryId id;
  id.mutable_data()[0] = n;
  return id;
}

// The files of a node that was killed after forty questions were paid for.
class RecoveryTest : public ::testing::Test {
 protected:
  RecoveryTest() {
    const auto db = *Database::Open(live_.path());
    const auto ledger = *Ledger::Open(*db);
    for (uint64_t n = 0; n < kQuestions; ++n) {
      Ledger::Charge charge{.dataset = kDataset,
                            .query = Query(n),
                            .cost = {.counts_micro_rho = 5'000},
                            .budget_micro_rho = 500'000,
                            .asking_org = OrgId(),
                            .digest = {},
                            .project = {},
                            .researcher = {}};
      EXPECT_TRUE(ledger->Reserve(charge, kNoon).ok());
      EXPECT_TRUE(ledger->Finalise(Query(n), 1, kNoon).ok());
    }
    fs::copy(live_.path(), killed_.path(), fs::copy_options::recursive);
  }

  std::string LogFile() const {
    std::string largest;
    for (const auto& file : fs::directory_iterator(killed_.path())) {
      if (file.path().extension() == ".log" &&
          (largest.empty() || file.file_size() > fs::file_size(largest))) {
        largest = file.path();
      }
    }
    return largest;
  }
  std::string Log() const {
    std::ifstream in(LogFile(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void WriteLog(const std::string& log) const {
    std::ofstream(LogFile(), std::ios::binary | std::ios::trunc) << log;
  }
  uint64_t SpentAfterRestart() const {
    const auto db = Database::Open(killed_.path());
    if (!db.ok()) return ADD_FAILURE() << db.status(), 0;
    const auto ledger = Ledger::Open(**db);
    if (!ledger.ok()) return ADD_FAILURE() << ledger.status(), 0;
    return (*ledger)->BalanceOf(kDataset, kNoon).spent_micro_rho;
  }

  TempDir live_, killed_;
};

TEST_F(RecoveryTest, AKilledNodeHasSpentWhatItSpent) {
  EXPECT_EQ(SpentAfterRestart(), kQuestions * 5'000);
}

TEST_F(RecoveryTest, OneFlippedBitInTheMiddleIsNoticedInOneLine) {
  std::string log = Log();
  const size_t at = log.find(kDataset, log.size() / 2);
  ASSERT_NE(at, std::string::npos);
  log[at] ^= 1;
  WriteLog(log);
  const absl::Status status = Database::Open(killed_.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(killed_.path()));
  EXPECT_THAT(std::string(status.message()), HasSubstr("checksum"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\n")));
}

// The entry that was being written, and nothing else, is gone.
TEST_F(RecoveryTest, ATornTailIsLetGo) {
  const std::string log = Log();
  for (const size_t torn : {1, 40}) {
    WriteLog(log.substr(0, log.size() - torn));
    EXPECT_EQ(SpentAfterRestart(), (kQuestions - 1) * 5'000) << torn;
    fs::remove_all(killed_.path());
    fs::copy(live_.path(), killed_.path(), fs::copy_options::recursive);
  }
}

}  // namespace
}  // namespace commons::storage
