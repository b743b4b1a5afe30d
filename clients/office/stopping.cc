#include "clients/office/stopping.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/office/card_in_force.h"
#include "clients/office/choice.h"
#include "clients/office/office.h"
#include "clients/office/papers.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/sign_check.h"
#include "governance/kinds/stop/freeze.h"
#include "governance/kinds/stop/lift.h"

namespace commons::clients {
namespace {

absl::Status Unknown(const char* option, const std::string& name,
                     const std::vector<std::string>& known) {
  const std::string nearest = Nearest(name, known);
  return absl::InvalidArgumentError(
      absl::StrCat(option, " ", name, ": nothing here is called so",
                   nearest.empty() ? "; see: commons catalogue"
                                   : absl::StrCat("; did you mean ", nearest, "?")));
}

absl::StatusOr<v1::Scope> DatasetScope(const std::string& name, const governance::Register& reg) {
  const std::vector<std::string> known = reg.Datasets();
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    return Unknown("--dataset", name, known);
  }
  v1::Scope scope;
  scope.set_dataset(name);
  return scope;
}

absl::StatusOr<v1::Scope> ProjectScope(const std::string& name, const governance::Register& reg) {
  auto chosen = ChooseProject(name, reg);
  if (!chosen.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--project ", chosen.status().message()));
  }
  const governance::ProjectInForce* project = reg.FindProject(*chosen);
  v1::Scope scope;
  scope.mutable_project()->set_issuer(project->issuer.ToBytes());
  scope.mutable_project()->set_name(project->project->name());
  return scope;
}

absl::StatusOr<v1::Scope> RequesterScope(const std::string& text, const governance::Register& reg) {
  v1::Scope scope;
  if (const auto* member = reg.FindMemberByName(text)) {
    scope.set_requester(member->id.ToBytes());
    return scope;
  }
  const auto key = PublicKeyOf(text, "");
  if (!key.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--requester ", text,
                     ": neither a member's name, nor 64 hex digits of an organisation or a "
                     "researcher's key, nor a key file; see: commons peers"));
  }
  scope.set_requester(key->ToBytes());
  return scope;
}

v1::Envelope Unsigned(absl::string_view kind, absl::string_view payload) {
  return governance::SignDocument(kind, payload, {});
}

}  // namespace

absl::StatusOr<std::optional<v1::Scope>> ScopeOf(const StopTarget& target,
                                                 const governance::Register& reg) {
  const int named = !target.dataset.empty() + !target.purpose.empty() + !target.project.empty() +
                    !target.requester.empty() + target.all;
  if (named > 1) {
    return absl::InvalidArgumentError(
        "name one of --dataset, --purpose, --requester, --project and --all; for several, say it "
        "several times");
  }
  std::optional<v1::Scope> scope;
  if (!target.dataset.empty()) {
    ASSIGN_OR_RETURN(scope, DatasetScope(target.dataset, reg));
  } else if (!target.project.empty()) {
    ASSIGN_OR_RETURN(scope, ProjectScope(target.project, reg));
  } else if (!target.requester.empty()) {
    ASSIGN_OR_RETURN(scope, RequesterScope(target.requester, reg));
  } else if (!target.purpose.empty()) {
    scope.emplace().set_purpose(target.purpose);
  } else if (target.all) {
    scope.emplace().set_all(true);
  }
  return scope;
}

absl::StatusOr<Stopping> Stopping::Open(const std::string& dir) {
  ASSIGN_OR_RETURN(Card card, ReadCard(CardPath(dir)));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(dir));
  RETURN_IF_ERROR(TakeCardInForce(*client, card));
  ASSIGN_OR_RETURN(const Papers papers, Papers::From(*client, {governance::kProjectChains}));
  if (!papers.commons().has_value()) return absl::FailedPreconditionError(kNoCommonsYet);
  return Stopping(std::move(card), *papers.commons(), papers.reg(), std::move(client));
}

absl::StatusOr<std::vector<v1::StatusReply::Freeze>> Stopping::Frozen() {
  ASSIGN_OR_RETURN(const v1::StatusReply status, client_->Status(LocalClient::kTimeout));
  std::vector<v1::StatusReply::Freeze> own;
  for (const auto& freeze : status.frozen()) {
    if (freeze.org_id() == card_.org.view()) own.push_back(freeze);
  }
  return own;
}

absl::StatusOr<v1::Envelope> Stopping::DraftFreeze(const v1::Scope& scope,
                                                   v1::StopReason reason) const {
  ASSIGN_OR_RETURN(const std::string payload,
                   governance::DraftFreeze({commons_, card_.org, scope, reason},
                                           crypto::SystemRandom(), absl::Now()));
  return Unsigned(governance::kFreezeKind.type, payload);
}

absl::StatusOr<v1::Envelope> Stopping::DraftLift(const std::vector<DocId>& freezes) const {
  ASSIGN_OR_RETURN(const std::string payload,
                   governance::DraftLift({commons_, card_.org, freezes, std::nullopt},
                                         crypto::SystemRandom(), absl::Now()));
  return Unsigned(governance::kLiftKind.type, payload);
}

absl::StatusOr<v1::Envelope> Stopping::DraftLiftOf(const PublicKey& guardian) const {
  ASSIGN_OR_RETURN(const std::string payload,
                   governance::DraftLift({commons_, card_.org, {}, guardian},
                                         crypto::SystemRandom(), absl::Now()));
  return Unsigned(governance::kLiftKind.type, payload);
}

absl::Status Stopping::Sign(v1::Envelope& envelope, const crypto::KeyFile& key) const {
  ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(envelope));
  RETURN_IF_ERROR(
      governance::CheckKeyCounts(document, key.key.public_key(), key.label, card_.root));
  governance::AddSignature(envelope, key.key);
  return absl::OkStatus();
}

absl::Status Stopping::Submit(const v1::Envelope& envelope) {
  v1::RuleFile rules;
  *rules.add_envelopes() = envelope;
  ASSIGN_OR_RETURN(const v1::SubmitReport report, client_->Submit(rules));
  if (report.entries_size() != 1) return absl::InternalError("the daemon lost a document");
  if (!report.entries(0).has_refusal()) return absl::OkStatus();
  return DocumentRefused(*client_, report.entries(0).refusal());
}

absl::StatusOr<crypto::KeyFile> ReadGuardianKey(const std::string& dir,
                                                const std::string& passphrase_file) {
  const std::string path = PeopleKeyPath(dir, "guardian-1");
  if (!std::filesystem::exists(path)) {
    return absl::NotFoundError(
        absl::StrCat(path,
                     ": no guardian's key lies here; name one with --key FILE, or write a "
                     "draft with --out FILE and have a guardian sign it"));
  }
  return ReadPersonKey(path, passphrase_file);
}

absl::StatusOr<PublicKey> PublicKeyOf(const std::string& text, const std::string& passphrase_file) {
  if (auto key = PublicKey::FromHex(text); key.ok()) return key;
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(text, passphrase_file));
  return key.key.public_key();
}

}  // namespace commons::clients
