// Documents of earlier days: read as they were, named as they were, and folded to the same register
// for ever (golden/README.md).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/document/open_as.h"
#include "governance/fold/fold.h"
#include "governance/kinds/table.h"
#include "governance/testing/golden_commons_for_test.h"
#include "governance/testing/golden_logs_for_test.h"
#include "governance/testing/golden_recovery_for_test.h"
#include "governance/testing/register_text_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> GoldenFolders() {
  std::vector<fs::path> folders;
  const fs::path all = fs::path(COMMONS_SOURCE_DIR) / "governance/fold/golden";
  for (const auto& entry : fs::directory_iterator(all)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  return folders;
}
std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}
GoldenReader ReadFrom(const fs::path& folder) {
  return {Read(folder / "documents.rule"), Read(folder / "logs.txt")};
}

// Before anything matured, while it waits, and after each end.
std::string TextOf(const GoldenLogs& golden) {
  std::vector<absl::Time> times;
  for (const int hours :
       {0, 36, 50, 60, 72, 120, 150, 24 * 20, 24 * 55, 24 * 70, 24 * 90, 24 * 120}) {
    times.push_back(TestCommons::Start() + absl::Hours(hours));
  }
  return RegisterText(FoldLogs(golden.logs, golden.commons), times).text();
}

TEST(Golden, FoldsToTheSameRegister) {
  ASSERT_FALSE(GoldenFolders().empty());
  for (const fs::path& folder : GoldenFolders()) {
    EXPECT_EQ(TextOf(ReadFrom(folder).golden()), Read(folder / "register.txt")) << folder;
  }
}

// Where this fails for a new kind, a further folder is to be made that has it.
TEST(Golden, HasEveryKindOfTheTable) {
  std::set<std::string> kept, known;
  for (const fs::path& folder : GoldenFolders()) {
    const GoldenReader read = ReadFrom(folder);
    for (const auto& [id, document] : read.documents()) kept.insert(document->kind());
  }
  for (const Kind* kind : AllKinds()) known.insert(std::string(kind->type));
  EXPECT_EQ(kept, known);
}

// What is known of the fields of messages, by their full names.
using FieldNames = std::set<std::string>;

void AddDeclared(const google::protobuf::Descriptor& type, FieldNames& names) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (!names.insert(field.full_name()).second || field.message_type() == nullptr) continue;
    AddDeclared(*field.message_type(), names);
  }
}
void AddSaid(const google::protobuf::Message& message, FieldNames& names) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto* r = message.GetReflection();
  r->ListFields(message, &fields);
  for (const auto* field : fields) {
    names.insert(field->full_name());
    if (field->message_type() == nullptr) continue;
    const int n = field->is_repeated() ? r->FieldSize(message, field) : 1;
    for (int i = 0; i < n; ++i) {
      AddSaid(field->is_repeated() ? r->GetRepeatedMessage(message, field, i)
                                   : r->GetMessage(message, field),
              names);
    }
  }
  if (message.GetDescriptor() != v1::Resolution::descriptor()) return;
  for (const auto& item : static_cast<const v1::Resolution&>(message).items()) {
    v1::Standard standard;
    if (standard.ParseFromString(item.standard())) AddSaid(standard, names);
  }
}

// With what a document holds elsewhere once it is open.
std::shared_ptr<const google::protobuf::Message> WholePayload(const Document& document) {
  return *ParseAs(KindOf(document), document.envelope.payload());
}

// ... and for a new field of a kind that is there.
TEST(Golden, HasEveryField) {
  // Nobody may set these yet.
  FieldNames said = {"commons.v1.Header.critical", "commons.v1.Seat.until"}, declared;
  for (const fs::path& folder : GoldenFolders()) {
    const GoldenReader read = ReadFrom(folder);
    for (const auto& [id, document] : read.documents()) AddSaid(*WholePayload(*document), said);
  }
  for (const Kind* kind : AllKinds()) AddDeclared(*kind->make()->GetDescriptor(), declared);
  AddDeclared(*v1::Standard::descriptor(), declared);
  for (const std::string& name : declared) EXPECT_TRUE(said.contains(name)) << name;
}

// An id is over the bytes that came; this release would write the same ones.
TEST(Golden, EveryPayloadIsWrittenAsItWas) {
  size_t documents = 0;
  for (const fs::path& folder : GoldenFolders()) {
    const GoldenReader read = ReadFrom(folder);
    for (const auto& [id, document] : read.documents()) {
      EXPECT_EQ(WholePayload(*document)->SerializeAsString(), document->envelope.payload())
          << document->kind() << " " << id.ToHex();
      ++documents;
    }
  }
  EXPECT_GE(documents, 87u);
}

// Makes a folder of that name where COMMONS_GOLDEN_OUT says, never one that is there. Adds the
// kinds that are in it.
void Make(const TestCommons& made, const char* name, std::set<std::string>& kinds) {
  const GoldenLogs golden = {made.commons_id, made.logs};
  const GoldenWriter written(golden);
  const GoldenReader read(written.documents_rule(), written.logs_txt());
  const std::string text = TextOf(golden);
  EXPECT_EQ(TextOf(read.golden()), text);
  for (const auto& [id, document] : read.documents()) kinds.insert(document->kind());
  const char* all = std::getenv("COMMONS_GOLDEN_OUT");
  if (all == nullptr) return;
  const fs::path out = fs::path(all) / name;
  ASSERT_TRUE(fs::create_directories(out)) << out << " is there, or can't be made";
  std::ofstream(out / "documents.rule", std::ios::binary) << written.documents_rule();
  std::ofstream(out / "logs.txt") << written.logs_txt();
  std::ofstream(out / "register.txt") << text;
}

TEST(GoldenMaker, WritesWhatFoldsToTheSame) {
  std::set<std::string> kinds;
  Make(GoldenCommons(), "0.1", kinds);
  Make(GoldenRecovery(), "0.1-recovery", kinds);
  EXPECT_EQ(kinds.size(), AllKinds().size());
}

}  // namespace
}  // namespace commons::governance
