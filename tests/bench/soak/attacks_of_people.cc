// What one person in the group of a node's socket may try: questions that take long to read, or are
// never asked, and things in the inbox that are no files.
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "clients/office/daemon/local_client.h"
#include "governance/document/refusal.h"
#include "tests/bench/soak/attacks.h"

namespace commons::soak {
namespace {

namespace fs = std::filesystem;

constexpr char kAt[] = "weka";
constexpr int kAtOnce = 4;

std::string Long(const std::string& unit) {
  std::string text = "SELECT ";
  while (text.size() + unit.size() < limits::kSqlBytes) text += unit;
  return text;
}

std::string ReasonOf(const v1::Answer& answer) {
  return std::string(governance::ReasonName(answer.refusal().reason()));
}

std::string LongQuestions(Turn& turn) {
  const crypto::SigningKey idle = turn.federation.IdleResearcher();
  std::vector<std::string> texts;
  for (const char* unit : {"+", "/*/", "@-", "<>", "(", "- ", "a.", "'"})
    texts.push_back(Long(unit));
  std::atomic<int> refused = 0;
  std::vector<std::thread> people;
  for (int i = 0; i < kAtOnce; ++i) {
    people.emplace_back([&] {
      do {
        for (const std::string& text : texts) {
          const auto answer = turn.lab().Prepare(kAt, text, idle).refused;
          if (!answer.has_refusal() || answer.refusal().reason() == v1::INTERNAL) {
            turn.tally.Break("a question of signs was " + ReasonOf(answer));
          }
          ++refused;
        }
      } while (!turn.over());
    });
  }
  for (std::thread& person : people) person.join();
  return absl::StrCat(refused.load(), " refused");
}

std::string NeverAsked(Turn& turn) {
  const crypto::SigningKey idle = turn.federation.IdleResearcher();
  const std::string sql = absl::StrCat("SELECT COUNT(*) FROM ", kProtected);
  std::map<std::string, int> outcomes;
  do {
    for (int i = 0; i < 100; ++i) {
      const auto prepared = turn.lab().Prepare(kAt, sql, idle);
      ++outcomes[prepared.refused.has_refusal() ? ReasonOf(prepared.refused) : "prepared"];
    }
    absl::SleepFor(absl::Milliseconds(100));
  } while (!turn.over());
  if (outcomes.count("prepared") == 0) turn.tally.Break("nothing could be prepared");
  return CountsAsText(outcomes);
}

std::string ImportOf(const attacks::Lab& lab, const std::string& file) {
  const auto client = clients::LocalClient::Connect(lab.DirOf(kFlooded));
  v1::ImportRequest request;
  request.set_dataset(kOpen);
  request.set_file(file);
  const auto reply = (*client)->Import(request);
  if (!reply.ok()) return reply.status().ToString();
  return std::string(governance::ReasonName(reply->refusal().reason()));
}

// Directories, a pipe and a link where files are expected, also under a name that only clients
// give; then a start, and an import beside them.
std::string PlantedInInbox(Turn& turn) {
  const attacks::Lab& lab = turn.lab();
  const std::string inbox = lab.DirOf(kFlooded) + "/inbox/";
  fs::create_directories(inbox + "import-00000000000000d1.csv");
  std::ofstream(inbox + "import-00000000000000d1.csv/inside") << "sex\n";
  fs::create_directories(inbox + "rows.csv");
  if (!fs::exists(inbox + "pipe.csv")) mkfifo((inbox + "pipe.csv").c_str(), 0660);
  std::error_code ignored;
  fs::create_symlink("/etc/passwd", inbox + "link.csv", ignored);
  std::map<std::string, int> outcomes;
  do {
    for (const char* file : {"import-00000000000000d1.csv", "rows.csv", "pipe.csv", "link.csv"}) {
      const std::string outcome = ImportOf(lab, file);
      ++outcomes[outcome];
      if (outcome != "MALFORMED") turn.tally.Break("importing what is no file: " + outcome);
    }
    if (outcomes.size() == 1 && outcomes.begin()->second == 4) {  // once: see Federation::Kill
      turn.federation.Kill(kFlooded);
      turn.federation.Restart(kFlooded);
    }
    if (!lab.Commons(absl::StrCat("dataset import --dir ", lab.DirOf(kFlooded), " --dataset ",
                                  kProtected, " --data ", lab.DataOf(kFlooded)))) {
      turn.tally.Break("no import beside what lies in the inbox");
    }
  } while (!turn.over());
  return CountsAsText(outcomes);
}

}  // namespace

std::vector<Attack> AttacksOfPeople() {
  return {{"questions of signs", LongQuestions},
          {"questions never asked", NeverAsked},
          {"planted in an inbox", PlantedInInbox}};
}

}  // namespace commons::soak
