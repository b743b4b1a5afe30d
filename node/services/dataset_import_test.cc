#include "node/services/dataset_import.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "node/log/log.h"
#include "query/testing/federation.h"

namespace commons::node {
namespace {

using testing::HasSubstr;

Home HomeOf(const std::string& dir, const OrgId& org) {
  auto& random = crypto::SystemRandom();
  return {dir,
          {},
          {},
          org,
          crypto::SigningKey::Generate(random),
          crypto::SigningKey::Generate(random),
          crypto::AeadKey::Generate(random),
          ""};
}

TEST(DatasetImport, AnUnknownDatasetIsToldTheNearest) {
  query::testing::Federation federation;
  const TempDir dir;
  const Home home = HomeOf(dir.path(), federation.nodes[0]->org);
  const auto db = *storage::Database::Open(dir / "db");
  const auto tables =
      *storage::TableStore::Open(db.get(), &home.store_key, &crypto::SystemRandom(), {});
  v1::ImportRequest request;
  request.set_dataset("visit");
  request.set_file("rows.csv");
  const auto told = [&] {
    return ImportDataset(home, *federation.reg(), *tables, request, [] { return false; })
        .refusal()
        .message();
  };
  EXPECT_THAT(told(), HasSubstr("\"visit\"; is it visits?"));
  request.set_dataset("quite another");
  EXPECT_THAT(told(), testing::Not(HasSubstr("is it")));
}

// Whoever asked for it pressed Ctrl-C: the log called that a fault of this node (INTERNAL).
TEST(DatasetImport, OneThatIsGivenUpIsLoggedAsThat) {
  query::testing::Federation federation;
  auto& random = crypto::SystemRandom();
  const TempDir dir;
  const Home home = HomeOf(dir.path(), federation.nodes[0]->org);
  std::filesystem::create_directory(home.inbox());
  std::filesystem::create_directory(home.outbox());
  const auto reg = federation.reg();
  const std::string dataset = reg->Datasets().front();
  std::vector<std::string> columns;
  for (const v1::Column& column : reg->FindStandard(dataset)->standard.columns()) {
    columns.push_back(column.name());
  }
  std::ofstream(home.inbox() + "/rows.csv") << absl::StrJoin(columns, ",") << "\n";
  const auto db = *storage::Database::Open(dir / "db");
  const auto tables = *storage::TableStore::Open(db.get(), &home.store_key, &random, {});
  v1::ImportRequest request;
  request.set_dataset(dataset);
  request.set_file("rows.csv");
  SetUpLog("info");
  testing::internal::CaptureStderr();
  const v1::ImportReply reply = ImportDataset(home, *reg, *tables, request, [] { return true; });
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(reply.has_refusal());
  EXPECT_THAT(log, HasSubstr("event=import"));
  EXPECT_THAT(log, HasSubstr("outcome=\"given up\""));
}

}  // namespace
}  // namespace commons::node
