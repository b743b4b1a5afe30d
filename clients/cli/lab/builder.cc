#include "clients/cli/lab/builder.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/cli/holding.h"
#include "clients/cli/lab/members.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "clients/office/office.h"
#include "clients/office/parallel.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"

namespace commons::clients::lab {
namespace {

namespace kinds = governance::kinds;

constexpr size_t kFounders = 3;
constexpr int kSyncIntervalMs = 500;
// With many on one machine.
constexpr absl::Duration kPatienceForEach = absl::Seconds(2);

// The federation while it is being built: an office per member, in name order.
class Builder {
 public:
  Builder(const UpOptions& options, const Blueprint& plan)
      : options_(options), plan_(plan), state_(plan.state) {}

  absl::Status Run() {
    RETURN_IF_ERROR(MakeNodes());
    RETURN_IF_ERROR(StartAll());
    RETURN_IF_ERROR(Found());
    RETURN_IF_ERROR(AgreeOnRules());
    RETURN_IF_ERROR(AdmitOthers());
    RETURN_IF_ERROR(IssueProject());
    Say("loading the data");
    RETURN_IF_ERROR(Parallel(offices_.size(), [this](size_t i) { return Load(i); }));
    // Then all know the project, and one register does for everybody.
    RETURN_IF_ERROR(Converge());
    ASSIGN_OR_RETURN(const governance::Register reg, offices_[0].FetchRegister({}));
    RETURN_IF_ERROR(Parallel(offices_.size(), [&](size_t i) { return Announce(reg, i); }));
    Say("waiting until all know all");
    return Converge();
  }

 private:
  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }
  size_t founders() const { return std::min(kFounders, state_.members.size()); }
  absl::Status WaitForVersion(size_t count, uint64_t version) const {
    for (size_t i = 0; i < count; ++i) {
      RETURN_IF_ERROR(WaitFor(state_, state_.members[i].name, [&](const v1::StatusReply& status) {
        return status.commons_version() >= version;
      }));
    }
    return absl::OkStatus();
  }

  absl::Status MakeNodes();
  absl::Status StartAll();
  absl::Status Found();
  absl::StatusOr<v1::Resolution> FirstResolution() const;
  absl::Status AgreeOnRules();
  absl::Status AdmitOthers();
  absl::Status IssueProject();
  absl::Status Load(size_t i);
  absl::Status Announce(const governance::Register& reg, size_t i);
  absl::Status KeepRejects(size_t i, const absl::Status& status) const;
  void Warn(const std::string& member, const v1::ImportReply& report) const;
  absl::Status Converge();

  const UpOptions& options_;
  const Blueprint& plan_;
  const State& state_;
  std::vector<Office> offices_;
  std::vector<governance::Holding> held_;  // by member
  PublicKey researcher_;
  v1::Envelope charter_;
  DocId resolution_, project_;
};

absl::Status Builder::MakeNodes() {
  Say(absl::StrCat("making ", state_.members.size(), " practice nodes"));
  for (const Member& member : state_.members) {
    NodeInit init;
    init.name = member.name;
    init.contact = absl::StrCat("practice member ", member.name);
    init.listen = absl::StrCat("127.0.0.1:", member.port);
    init.practice = true;
    init.sync_interval_ms = kSyncIntervalMs;
    RETURN_IF_ERROR(
        InitNodeDir(state_.MemberDir(member.name), init, crypto::SystemRandom(), absl::Now()));
  }
  const auto key = crypto::SigningKey::Generate(crypto::SystemRandom());
  researcher_ = key.public_key();
  return crypto::WriteRawKey(state_.ResearcherKey(), "practice researcher", true, key);
}

absl::Status Builder::StartAll() {
  Say("starting their daemons");
  for (const Member& member : state_.members) {
    if (options_.interrupted()) return absl::CancelledError("interrupted");
    RETURN_IF_ERROR(StartMember(state_, member.name));
  }
  for (const Member& member : state_.members) {
    RETURN_IF_ERROR(WaitFor(state_, member.name, [](const v1::StatusReply&) { return true; }));
    ASSIGN_OR_RETURN(Office office, Office::Open(state_.MemberDir(member.name), ""));
    offices_.push_back(std::move(office));
  }
  held_.resize(offices_.size());
  return absl::OkStatus();
}

absl::Status Builder::Found() {
  Say("founding the commons");
  std::vector<std::string> cards;
  for (size_t i = 0; i < founders(); ++i) cards.push_back(CardPath(offices_[i].dir()));
  CharterDraft draft;
  draft.name = "practice commons";
  draft.purpose = "A practice federation on one machine";
  draft.cooling_off = absl::Seconds(plan_.policy.cooling_off_seconds);
  ASSIGN_OR_RETURN(const v1::RuleFile founding, FoundingFile(cards, draft));
  ASSIGN_OR_RETURN(charter_, OnlyEnvelope(founding, kinds::kCharter, "charter"));
  const DocId id = governance::IdOf(charter_);
  for (size_t i = 0; i < founders(); ++i) {
    RETURN_IF_ERROR(Join(offices_[i].client(), founding));
    RETURN_IF_ERROR(offices_[i].Say({crypto::Retype<CommonsId>(id), 1, 1, id}));
  }
  return WaitForVersion(founders(), 1);
}

// Members to admit, the common definition, and as common rules what every member says anyway, so
// that in practice nothing is refused by a floor nobody chose.
absl::StatusOr<v1::Resolution> Builder::FirstResolution() const {
  v1::Resolution resolution;
  for (size_t i = founders(); i < offices_.size(); ++i) {
    *resolution.add_items()->mutable_membership()->mutable_admit() = offices_[i].card().envelope;
  }
  std::map<std::string, OrgId> orgs;
  for (const Office& office : offices_) orgs[office.card().root.name()] = office.card().org;
  v1::Standard standard = plan_.package.standard;
  // With some of the CSV files only, codes of those left out are nobody's.
  auto exclusive = plan_.package.exclusive;
  for (auto& [column, codes] : exclusive) {
    std::erase_if(codes, [&](const auto& code) { return orgs.count(code.second) == 0; });
  }
  RETURN_IF_ERROR(SetExclusiveOrgs(exclusive, orgs, standard));
  resolution.add_items()->set_standard(standard.SerializeAsString());
  v1::CommonsPolicy* policy = resolution.add_items()->mutable_policy();
  *policy->mutable_rule() = plan_.policy.rule;
  policy->set_roster("any");
  return resolution;
}

absl::Status Builder::AgreeOnRules() {
  ASSIGN_OR_RETURN(v1::Resolution resolution, FirstResolution());
  ASSIGN_OR_RETURN(const governance::Register reg, offices_[0].FetchRegister({}));
  ASSIGN_OR_RETURN(resolution_, offices_[0].IssueResolution(reg, std::move(resolution)));
  for (size_t i = 0; i < founders(); ++i) {
    RETURN_IF_ERROR(offices_[i].Say({reg.commons_id(), 2, 1, resolution_}));
  }
  return WaitForVersion(founders(), 2);
}

absl::Status Builder::AdmitOthers() {
  Say("admitting the other members");
  ASSIGN_OR_RETURN(const v1::RuleFile invitation, MakeInvitation(offices_[0].client()));
  for (size_t i = founders(); i < offices_.size(); ++i) {
    RETURN_IF_ERROR(Join(offices_[i].client(), invitation));
  }
  return WaitForVersion(offices_.size(), 2);
}

absl::Status Builder::IssueProject() {
  ASSIGN_OR_RETURN(const governance::Register reg, offices_[0].FetchRegister({}));
  RETURN_IF_ERROR(
      offices_[0].IssueAccreditation(reg, researcher_, "practice researcher", true).status());
  const v1::Rule& rule = plan_.policy.rule;
  governance::ProjectDraft draft;
  draft.name = state_.project;
  draft.question = "What can this federation answer?";
  draft.legal_basis = "statistical exception";
  draft.benefit = "People learn how the federation works";
  draft.purposes.assign(rule.purposes().begin(), rule.purposes().end());
  draft.datasets = {state_.dataset};
  draft.researchers = {researcher_};
  ASSIGN_OR_RETURN(project_, offices_[0].IssueProject(reg, draft));
  return absl::OkStatus();
}

void Builder::Warn(const std::string& member, const v1::ImportReply& report) const {
  if (!options_.warn) return;
  for (const std::string& warning : report.warnings()) {
    options_.warn(absl::StrCat(member, ": ", warning));
  }
  if (report.rejected() > 0) {
    options_.warn(absl::StrCat(
        member, ": ", report.rejected(), " rows rejected; see ",
        node_files::Path(state_.MemberDir(member), node_files::kOutbox, report.rejects_file())));
  }
}

// The member's directory goes when `up` fails; its rejected rows stay beside it.
absl::Status Builder::KeepRejects(size_t i, const absl::Status& status) const {
  namespace fs = std::filesystem;
  const std::string kept =
      absl::StrCat(state_.dir, "/", state_.members[i].name, node_files::kRejects);
  std::string message(status.message());
  std::error_code ignored;
  for (const auto& file :
       fs::directory_iterator(node_files::Path(offices_[i].dir(), node_files::kOutbox), ignored)) {
    fs::rename(file.path(), kept, ignored);
    message = absl::StrReplaceAll(message, {{file.path().string(), kept}});
  }
  return absl::Status(status.code(), message);
}

absl::Status Builder::Load(size_t i) {
  const std::string& name = state_.members[i].name;
  const auto dialect = plan_.dialects.find(name);
  const auto not_held = plan_.not_held.find(name);
  const auto imported = offices_[i].Import(
      state_.dataset, plan_.csv.at(name),
      {.accepted_rejects = plan_.accepted_rejects,
       .dialect = dialect == plan_.dialects.end() ? v1::Dialect() : dialect->second,
       .not_held =
           not_held == plan_.not_held.end() ? std::vector<std::string>() : not_held->second});
  if (!imported.ok()) return KeepRejects(i, imported.status());
  held_[i] = HoldingOf(*imported, plan_.as_of);
  Warn(name, *imported);
  return absl::OkStatus();
}

absl::Status Builder::Announce(const governance::Register& reg, size_t i) {
  Office& office = offices_[i];
  RETURN_IF_ERROR(office.IssuePolicy(reg, state_.dataset, plan_.policy.rule).status());
  RETURN_IF_ERROR(office.IssueManifest(reg, state_.dataset, held_[i]).status());
  return office.ApproveProject(reg, project_).status();
}

// Until everybody knows the same and may sign. Looking costs each daemon little and is done less
// and less often: on a small machine the many would otherwise take each other's time.
absl::Status Builder::Converge() {
  const absl::Time deadline = absl::Now() + kPatience + kPatienceForEach * offices_.size();
  absl::Duration pause = absl::Milliseconds(50);
  while (absl::Now() < deadline && !options_.interrupted()) {
    const std::vector<Seen> seen = LookAtAll(state_);
    const bool agreed = std::all_of(seen.begin(), seen.end(), [&](const Seen& member) {
      return member.status && seen[0].status && member.status->caught_up() &&
             member.status->head() == seen[0].status->head();
    });
    if (agreed) return absl::OkStatus();
    absl::SleepFor(pause);
    pause = std::min(pause * 1.5, absl::Milliseconds(500));
  }
  return absl::DeadlineExceededError("the members did not reach the same rules in time");
}

}  // namespace

absl::Status Build(const UpOptions& options, const Blueprint& plan) {
  return Builder(options, plan).Run();
}

}  // namespace commons::clients::lab
