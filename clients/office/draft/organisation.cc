#include "clients/office/draft/organisation.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/draft/common.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/issuer.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/document/threshold.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/kinds/organisation/recovery.h"
#include "governance/register/next_header.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

absl::StatusOr<v1::Quorum> Threshold(const Spec& spec, const std::string& key,
                                     const governance::LabelledKeys& seats) {
  ASSIGN_OR_RETURN(const std::string text, spec.Text(key));
  auto quorum = governance::ParseThreshold(text, seats);
  return quorum.ok() ? quorum : spec.Wrong(key, quorum.status().message());
}

absl::StatusOr<governance::LabelledKeys> Seats(const Spec& spec) {
  governance::LabelledKeys seats;
  for (const std::string& label : spec.Under("seats")) {
    ASSIGN_OR_RETURN(const PublicKey key, spec.Key(absl::StrCat("seats.", label)));
    seats.emplace_back(label, key);
  }
  if (seats.empty()) return spec.Wrong("seats", "is missing; it names each seat's public key");
  return seats;
}

// What a later card can't say otherwise, where the spec says it at all.
absl::Status CheckStays(const Spec& spec, const v1::OrgRoot& card) {
  ASSIGN_OR_RETURN(const std::string name, spec.Text("name", card.name()));
  ASSIGN_OR_RETURN(const bool practice, spec.Flag("practice", card.practice()));
  bool stays = name == card.name() && practice == card.practice();
  for (const auto& [key, bytes] :
       {std::pair("node.key", card.node().node_key()), std::pair("node.tls", card.node().tls_key()),
        std::pair("node.witness", card.node().witness_key())}) {
    if (!spec.Has(key)) continue;
    ASSIGN_OR_RETURN(const PublicKey said, spec.Key(key));
    stays = stays && said.ToBytes() == bytes;
  }
  if (stays) return absl::OkStatus();
  return governance::Refuse(v1::NOT_SUPPORTED_YET,
                            "a card with another name, other keys of the node or another "
                            "'practice' than the one before");
}

// The newest card of --prev.
absl::StatusOr<const governance::Document*> CardBefore(const Sources& sources) {
  const governance::Document* newest = nullptr;
  for (const governance::Document& document : sources.before) {
    if (!governance::IsACard(document)) continue;
    if (newest == nullptr || document.header->version() > newest->header->version()) {
      newest = &document;
    }
  }
  if (newest != nullptr) return newest;
  return absl::InvalidArgumentError(absl::StrCat(
      sources.prev_file.empty() ? "the context" : sources.prev_file, ": holds no card of ",
      sources.spec.Has("issuer") ? "the issuer that the spec names" : "this organisation"));
}

bool FollowsACard(const Sources& sources) {
  return !sources.prev_file.empty() || sources.own.has_value();
}

// `after`: the recovery card behind that of --prev, which this one sets aside.
absl::StatusOr<std::optional<governance::CardTip>> SetAside(const Sources& sources) {
  if (!sources.spec.Has("after")) return std::optional<governance::CardTip>();
  ASSIGN_OR_RETURN(const governance::Document card, DocumentIn(sources, "after", kinds::kRecovery));
  return std::optional(governance::CardTip{card.id, card.header->version()});
}

using Drafting = decltype(&governance::DraftNextCard);

// What the spec says is said anew; the rest stays as it is.
absl::StatusOr<std::string> MakeNextCard(const Sources& sources, Drafting draft) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const governance::Document* const before, CardBefore(sources));
  const auto& card = before->As<v1::OrgRoot>();
  RETURN_IF_ERROR(CheckStays(spec, card));
  governance::CardChanges changes;
  governance::LabelledKeys seats = governance::SeatsOf(card);
  if (!spec.Under("seats").empty()) {
    ASSIGN_OR_RETURN(seats, Seats(spec));
    changes.seats = seats;
  }
  if (spec.Has("board")) {
    ASSIGN_OR_RETURN(changes.board, Threshold(spec, "board", seats));
  }
  if (spec.Has("recovery")) {
    ASSIGN_OR_RETURN(changes.recovery, Threshold(spec, "recovery", seats));
  }
  if (spec.Has("guardians")) {
    ASSIGN_OR_RETURN(changes.guardians, spec.Keys("guardians"));
  }
  if (spec.Has("stewards")) {
    ASSIGN_OR_RETURN(changes.stewards, spec.Keys("stewards"));
  }
  ASSIGN_OR_RETURN(changes.after, SetAside(sources));
  ASSIGN_OR_RETURN(const std::string bytes, draft(*before, changes, sources.now));
  v1::OrgRoot root;
  root.ParseFromString(bytes);
  RETURN_IF_ERROR(FillHeader(sources, *root.mutable_header()));
  return root.SerializeAsString();
}

}  // namespace

absl::StatusOr<std::string> MakeOrgRoot(const Sources& sources) {
  const Spec& spec = sources.spec;
  if (FollowsACard(sources)) return MakeNextCard(sources, &governance::DraftNextCard);
  governance::OrgRootDraft draft;
  ASSIGN_OR_RETURN(draft.name, spec.Text("name"));
  ASSIGN_OR_RETURN(draft.seats, Seats(spec));
  ASSIGN_OR_RETURN(draft.board, Threshold(spec, "board", draft.seats));
  ASSIGN_OR_RETURN(draft.guardians, spec.Keys("guardians"));
  ASSIGN_OR_RETURN(draft.stewards, spec.Keys("stewards"));
  ASSIGN_OR_RETURN(draft.node_key, spec.Key("node.key"));
  ASSIGN_OR_RETURN(draft.tls_key, spec.Key("node.tls"));
  ASSIGN_OR_RETURN(draft.witness_key, spec.Key("node.witness"));
  ASSIGN_OR_RETURN(draft.practice, spec.Flag("practice", false));
  if (spec.Has("recovery")) {
    ASSIGN_OR_RETURN(draft.recovery, Threshold(spec, "recovery", draft.seats));
  }
  ASSIGN_OR_RETURN(const std::string bytes,
                   governance::DraftOrgRoot(draft, sources.random, sources.now));
  v1::OrgRoot root;
  root.ParseFromString(bytes);
  RETURN_IF_ERROR(FillHeader(sources, *root.mutable_header()));
  return root.SerializeAsString();
}

absl::StatusOr<std::string> MakeRecovery(const Sources& sources) {
  if (FollowsACard(sources)) return MakeNextCard(sources, &governance::DraftRecovery);
  return absl::InvalidArgumentError(
      "a recovery card takes the place of another: name that one with --prev");
}

absl::StatusOr<std::string> MakeNodeInfo(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const OrgId org, OrgNamed(sources, "issuer"));
  ASSIGN_OR_RETURN(const std::vector<std::string> endpoints, spec.Texts("endpoints"));
  ASSIGN_OR_RETURN(const std::string contact, spec.Text("contact", ""));
  // As nodes count: a later one is higher.
  const auto seconds = static_cast<uint64_t>(absl::ToUnixSeconds(sources.now));
  ASSIGN_OR_RETURN(const uint64_t counter, spec.Whole("counter", seconds, INT64_MAX));
  return governance::DraftNodeInfo(org, counter, endpoints, contact, sources.now);
}

absl::StatusOr<std::string> MakeLeave(const Sources& sources) {
  v1::Leave leave;
  ASSIGN_OR_RETURN(*leave.mutable_header(), DraftHeader(sources, governance::kLeaveChain));
  return leave.SerializeAsString();
}

absl::StatusOr<v1::Invitation> MakeInvitationDraft(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const governance::Document charter,
                   DocumentIn(sources, "charter", kinds::kCharter));
  v1::Invitation invitation;
  *invitation.mutable_charter() = charter.envelope;
  invitation.set_version(1);
  invitation.set_head(charter.id.ToBytes());
  if (spec.Has("newest")) {
    ASSIGN_OR_RETURN(const governance::Document newest,
                     DocumentIn(sources, "newest", kinds::kResolution));
    invitation.set_version(newest.header->version());
    invitation.set_head(newest.id.ToBytes());
  }
  for (const std::string& number : spec.Under("address")) {
    const std::string each = absl::StrCat("address.", number, ".");
    ASSIGN_OR_RETURN(const governance::Document card, CardIn(sources, each + "card"));
    v1::Invitation::Address& address = *invitation.add_addresses();
    ASSIGN_OR_RETURN(*address.mutable_endpoint(), spec.Text(each + "endpoint"));
    address.set_org_id(governance::IssuerOf(card).ToBytes());
    address.set_tls_key(card.As<v1::OrgRoot>().node().tls_key());
  }
  if (invitation.addresses().empty()) {
    return spec.Wrong("address", "is missing; an invitation says where two members are reached");
  }
  return invitation;
}

}  // namespace commons::clients
