#include "clients/office/doctor/doctor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/node_files.h"
#include "clients/answer/freeze_words.h"
#include "clients/office/advice.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/doctor/daemon_files.h"
#include "clients/office/files/node_dir.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;

// 2024-01-01: a clock before it was never set.
constexpr int64_t kPlausibleSeconds = 1704067200;
constexpr absl::Duration kCardWarning = absl::Hours(90 * 24);

Finding CheckKey(const std::string& dir, const std::string& label, const std::string& on_card) {
  const std::string path = MachineKeyPath(dir, label);
  const Finding mode = CheckMode(path, 077, "chmod 600");
  if (!mode.problem.empty()) return mode;
  const auto key = crypto::ReadKey(path, "");
  if (!key.ok()) return {path, std::string(key.status().message()), "restore it from a backup"};
  if (key->key.public_key().ToBytes() != on_card) {
    return {path, "is not the key on the organisation card", "restore the key or the card"};
  }
  return Well(path);
}

Finding CheckSigned(const std::string& dir) {
  const auto waits = CardWaitsFor(CardPath(dir));
  if (waits.ok() && waits->empty()) return Well(CardPath(dir));
  return {CardPath(dir), waits.ok() ? *waits : std::string(waits.status().message()),
          absl::StrCat("each seat signs a copy with commons doc sign, then: commons doc submit "
                       "--dir ",
                       dir, " card.rule")};
}

void CheckFiles(const std::string& dir, std::vector<Finding>& findings) {
  findings.push_back(CheckMode(node_files::Path(dir, node_files::kConfig), 002, "chmod o-w"));
  findings.push_back(CheckMode(node_files::Path(dir, node_files::kKeys), 077, "chmod 700"));
  for (const char* folder : {node_files::kInbox, node_files::kOutbox}) {
    findings.push_back(CheckSharedFolder(node_files::Path(dir, folder)));
  }
  const auto card = ReadCard(CardPath(dir));
  if (!card.ok() && faccessat(AT_FDCWD, CardPath(dir).c_str(), R_OK, AT_EACCESS) != 0) {
    findings.push_back(NotSeen(CardPath(dir), errno));
    return;
  }
  if (!card.ok()) {
    findings.push_back(
        {CardPath(dir), std::string(card.status().message()), "restore it from a backup"});
    return;
  }
  findings.push_back(CheckSigned(dir));
  const v1::NodeKeys& keys = card->root.node();
  findings.push_back(CheckKey(dir, node_files::kNodeKey, keys.node_key()));
  findings.push_back(CheckKey(dir, node_files::kTlsKey, keys.tls_key()));
  findings.push_back(CheckKey(dir, node_files::kWitnessKey, keys.witness_key()));
  std::error_code ignored;
  if (fs::exists(node_files::Path(dir, node_files::kPassphrase), ignored)) {
    findings.push_back(
        {"people's keys", "their passphrase lies beside them",
         absl::StrCat("move ", node_files::kPeople, " to the people it belongs to")});
  }
}

// Rows of people are not meant to lie in plain files for long.
void CheckRawFiles(const std::string& dir, absl::Time now, std::vector<Finding>& findings) {
  const int64_t long_ago = absl::ToUnixSeconds(now - absl::Hours(24));
  for (const auto& [folder, remedy] :
       {std::pair{node_files::kInbox, "remove it if nobody is about to import it"},
        std::pair{node_files::kOutbox, "mend and import its rows, or remove it"}}) {
    size_t old = 0;
    std::string first;
    std::error_code error;
    for (auto it = fs::directory_iterator(node_files::Path(dir, folder), error);
         !error && it != fs::directory_iterator(); it.increment(error)) {
      // Since when it lies here; what is linked into a folder may have been written long before.
      struct stat info;
      if (lstat(it->path().c_str(), &info) != 0 || info.st_ctim.tv_sec > long_ago) continue;
      if (old++ == 0 || it->path().string() < first) first = it->path().string();
    }
    if (error) continue;  // that the folder is missing, or not to be seen, was said
    if (old > 0) {
      findings.push_back(
          {first,
           absl::StrCat("holds raw rows for more than a day",
                        old > 1 ? absl::StrCat(", and ", old - 1, " other files there do") : ""),
           remedy});
    } else {
      findings.push_back(Well(absl::StrCat("raw rows in ", folder)));
    }
  }
}

// Its own standing, and what of it ends.
void CheckStanding(const v1::StatusReply& status, std::vector<Finding>& findings) {
  for (const auto& note : status.standing()) {
    findings.push_back({"what our board signed", note.what(),
                        note.remedy().empty() ? "it goes on by itself" : note.remedy()});
  }
  if (status.standing().empty()) findings.push_back(Well("what our board signed"));
}

// What waits for this organisation's word, or for somebody to propose again.
void CheckVotes(const v1::StatusReply& status, std::vector<Finding>& findings) {
  const size_t before = findings.size();
  for (const auto& note : status.votes()) {
    if (note.ours()) findings.push_back({"votes", note.what(), note.remedy()});
  }
  if (findings.size() == before) findings.push_back(Well("votes"));
}

// One of the organisation itself is a problem until its board has spoken; of others, told.
void CheckRecoveries(const v1::StatusReply& status, std::vector<Finding>& findings) {
  for (const auto& note : status.recoveries()) {
    findings.push_back(note.ours()
                           ? Finding{"RECOVERY OF THIS ORGANISATION", note.what(), note.remedy()}
                           : Well(note.what()));
  }
}

// Why nothing was heard of it. Only where nobody listens is it to be started.
Finding Silent(const std::string& dir, const absl::Status& why) {
  const std::string name = "daemon";
  if (absl::IsNotFound(why)) {
    return {name, absl::StrCat("there is no directory ", dir),
            "name the node's directory with --dir"};
  }
  if (absl::IsPermissionDenied(why)) {
    return {name, std::string(why.message()), "run as one of them to ask it"};
  }
  if (absl::IsUnavailable(why)) {
    return {name, "does not answer",
            absl::StrCat("start commonsd --dir ", dir, "; whether it takes ", node_files::kConfig,
                         " says: commonsd --dir ", dir, " --check-config")};
  }
  return {name, std::string(why.message()), "look at its log"};
}

// A daemon of before says only that it is closed.
Finding ClosedFinding(const std::string& name, const v1::ListDatasetsReply::Dataset& dataset) {
  const bool told = dataset.has_closed();
  return {name,
          absl::StrCat("is held and closed: ",
                       told ? dataset.closed().what() : "no notice or rules in force open it"),
          told && !dataset.closed().remedy().empty() ? dataset.closed().remedy()
                                                     : "it opens by itself; until then wait"};
}

void CheckDatasets(LocalClient& client, std::vector<Finding>& findings) {
  const auto held = client.ListDatasets();
  if (!held.ok()) {
    findings.push_back({"datasets", std::string(held.status().message()), "look at its log"});
    return;
  }
  for (const auto& dataset : held->datasets()) {
    const std::string name = absl::StrCat("dataset ", dataset.name());
    if (dataset.frozen()) continue;  // CheckStopped says so
    findings.push_back(dataset.queryable() ? Well(name) : ClosedFinding(name, dataset));
  }
}

// What this organisation stopped is for its board to end; what others stopped is as it should be.
void CheckStopped(const std::string& dir, const v1::StatusReply& status,
                  std::vector<Finding>& findings) {
  for (const auto& freeze : status.frozen()) {
    findings.push_back(
        freeze.org_id() == status.org_id()
            ? Finding{"stopped", FreezeWords(freeze),
                      absl::StrCat("its board ends that with: commons lift --dir ", dir)}
            : Well(FreezeWords(freeze)));
  }
}

void CheckDaemon(const std::string& dir, absl::Time now, std::vector<Finding>& findings) {
  auto client = LocalClient::Connect(dir);
  auto status = client.ok() ? (*client)->Status(absl::Seconds(5))
                            : absl::StatusOr<v1::StatusReply>(client.status());
  if (!status.ok()) {
    findings.push_back(Silent(dir, status.status()));
    return;
  }
  findings.push_back(Well("daemon"));
  findings.push_back(status->caught_up()
                         ? Well("caught up")
                         : Finding{"caught up", status->waiting_for(), AdviceFor(*status)});
  CheckStopped(dir, *status, findings);
  CheckDatasets(**client, findings);
  if (status->members_reachable() < status->members()) {
    findings.push_back({"peers",
                        absl::StrCat(status->members() - status->members_reachable(), " of ",
                                     status->members(), " can't be reached"),
                        "look at: commons peers, and at the firewall"});
  } else {
    findings.push_back(Well("peers"));
  }
  CheckRecoveries(*status, findings);
  CheckVotes(*status, findings);
  CheckStanding(*status, findings);
  for (const auto& each : status->worthless()) {
    findings.push_back({absl::StrCat("log of ", each.member()), WorthlessWords(each),
                        "ask its people; read them with: commons doc list"});
  }
  for (const std::string& member : status->forked()) {
    findings.push_back({absl::StrCat("log of ", member), std::string(kForkedWords),
                        "ask its people what happened; nothing new in it widens anything"});
  }
  if (status->worthless().empty() && status->forked().empty()) findings.push_back(Well("logs"));
  for (const auto& card : status->cards()) {
    findings.push_back(CardFinding(card, card.member() == status->member(), now));
  }
}

}  // namespace

std::string AdviceFor(const v1::StatusReply& status) {
  // The daemon's words for what it meets first; they name their own remedy where there is one.
  if (absl::StrContains(status.waiting_for(), "disk takes no writes")) {
    return "free space on its disk; it goes on by itself";
  }
  if (absl::StrContains(status.waiting_for(), "clock")) return "then it goes on by itself";
  if (status.commons_id().empty()) {
    return "found one (commons found), or take part in one (commons node join)";
  }
  return "wait, or look at: commons peers";
}

std::string WorthlessWords(const v1::StatusReply::Worthless& worthless) {
  const uint64_t n = worthless.documents();
  return absl::StrCat("holds ", n, n == 1 ? " document that counts" : " documents that count",
                      " for nothing");
}

std::string CardWords(const v1::StatusReply::Card& card) {
  const auto day = [](int64_t seconds) {
    return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
  };
  return absl::StrCat(
      "version ", card.version(),
      card.since() == 0 ? "" : absl::StrCat(" since ", day(card.since())),
      card.expires_at() == 0 ? "" : absl::StrCat(", ends ", day(card.expires_at())));
}

Finding CardFinding(const v1::StatusReply::Card& card, bool own, absl::Time now) {
  const std::string name = absl::StrCat("card of ", card.member());
  const absl::Time end = absl::FromUnixSeconds(card.expires_at());
  if (card.expires_at() == 0 || end - now > kCardWarning) return Well(name);
  const std::string what =
      end <= now ? "has ended: nothing is answered or asked by it"
                 : absl::StrCat("ends in ", absl::ToInt64Hours(end - now) / 24, " days");
  return {name, what,
          own ? "its board signs the next one, which it may also afterwards; hand it in with: "
                "commons doc submit"
              : "ask its people for the next one"};
}

std::vector<Finding> Examine(const std::string& dir, absl::Time now) {
  std::vector<Finding> findings;
  CheckFiles(dir, findings);
  CheckRawFiles(dir, now, findings);
  for (Finding& finding : CheckDaemonFiles(dir)) findings.push_back(std::move(finding));
  if (absl::ToUnixSeconds(now) < kPlausibleSeconds) {
    findings.push_back({"clock", "is years behind", "set the clock and run an NTP client"});
  } else {
    findings.push_back(Well("clock"));
  }
  CheckDaemon(dir, now, findings);
  for (Finding& finding : findings) finding.remedy = ForDirectory(finding.remedy, dir);
  return findings;
}

}  // namespace commons::clients
