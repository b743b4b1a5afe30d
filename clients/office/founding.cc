#include "clients/office/founding.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/moment.h"
#include "clients/office/files/code_table.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/office.h"
#include "clients/office/papers.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/text.h"
#include "governance/kinds/commons/charter.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

constexpr int kAddressesMax = 8;

v1::Invitation::Address AddressOf(const governance::Organisation& member) {
  v1::Invitation::Address address;
  address.set_endpoint(member.info->endpoints(0));
  address.set_org_id(member.id.ToBytes());
  address.set_tls_key(member.tls_key.ToBytes());
  return address;
}

v1::Code* FindCode(v1::Standard& standard, const std::string& column, const std::string& code) {
  for (v1::Column& candidate : *standard.mutable_columns()) {
    if (candidate.name() != column) continue;
    for (v1::Code& entry : *candidate.mutable_codes()) {
      if (entry.value() == code || entry.label() == code) return &entry;
    }
  }
  return nullptr;
}

// A name that is misspelt would be found by the first import, when boards have signed it.
absl::Status CheckZones(const v1::Standard& standard) {
  for (const v1::Column& column : standard.columns()) {
    if (column.zone().empty()) continue;
    if (const auto zone = DayZone::Load(column.zone()); !zone.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("column ", governance::Quoted(column.name()),
                                                     ": ", zone.status().message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::RuleFile> FoundingFile(const std::vector<std::string>& card_paths,
                                          const CharterDraft& draft) {
  v1::RuleFile founding;
  std::vector<v1::Envelope> roots, infos;
  std::map<OrgId, std::string> founders;
  bool practice = true;
  for (const std::string& path : card_paths) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(path));
    if (const auto [first, fresh] = founders.emplace(card.org, path); !fresh) {
      return absl::InvalidArgumentError(absl::StrCat("--card ", path, ": ", card.root.name(),
                                                     " is named twice, first by ", first->second));
    }
    ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(path));
    ASSIGN_OR_RETURN(infos.emplace_back(), OnlyEnvelope(rules, kinds::kNodeInfo, path));
    roots.push_back(card.envelope);
    practice = practice && card.root.practice();
  }
  ASSIGN_OR_RETURN(const std::string charter,
                   governance::DraftCharter(roots, draft.name, draft.purpose, draft.cooling_off,
                                            practice, crypto::SystemRandom(), absl::Now()));
  *founding.add_envelopes() = governance::SignDocument(kinds::kCharter, charter, {});
  for (const v1::Envelope& envelope : roots) *founding.add_envelopes() = envelope;
  for (const v1::Envelope& envelope : infos) *founding.add_envelopes() = envelope;
  return founding;
}

absl::StatusOr<v1::RuleFile> MakeInvitation(LocalClient& client) {
  ASSIGN_OR_RETURN(const Papers papers, Papers::From(client, {governance::kCommonsChain}));
  ASSIGN_OR_RETURN(const v1::Envelope charter, papers.Charter());
  const governance::Register& reg = papers.reg();
  v1::RuleFile rules;
  v1::Invitation& invitation = *rules.mutable_invitation();
  *invitation.mutable_charter() = charter;
  invitation.set_version(reg.commons_version());
  invitation.set_head(reg.commons_head().ToBytes());
  for (const auto& [id, member] : reg.members()) {
    const bool reachable = member.info && member.info->endpoints_size() > 0 && member.active();
    if (reachable && invitation.addresses_size() < kAddressesMax) {
      *invitation.add_addresses() = AddressOf(member);
    }
  }
  if (invitation.addresses_size() == 0) {
    return absl::FailedPreconditionError("no member has an address yet; wait until the nodes meet");
  }
  return rules;
}

absl::Status Join(LocalClient& client, const v1::RuleFile& rules) {
  ASSIGN_OR_RETURN(const v1::JoinReply reply, client.Join(rules));
  if (reply.has_refusal()) return RefusalStatus(reply.refusal());
  return absl::OkStatus();
}

absl::StatusOr<governance::ParsedPackage> ReadPackage(const std::string& path,
                                                      const std::string& resource) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(path, limits::kDatapackageBytes));
  const std::string folder = std::filesystem::path(path).parent_path().string();
  auto package = governance::ParseDatapackage(
      json, resource, [&](const std::string& file) { return ReadCodeTable(folder, file); });
  if (package.ok()) {
    RETURN_IF_ERROR(governance::Because(absl::StrCat(path, ":"), CheckZones(package->standard)));
    for (std::string& warning : package->warnings) warning = absl::StrCat(path, ": ", warning);
    return package;
  }
  absl::string_view what = package.status().message();
  absl::ConsumePrefix(&what, "datapackage.json: ");
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::Status SetExclusiveOrgs(
    const std::map<std::string, std::map<std::string, std::string>>& exclusive,
    const std::map<std::string, OrgId>& orgs, v1::Standard& standard) {
  for (const auto& [column, codes] : exclusive) {
    for (const auto& [code, name] : codes) {
      v1::Code* const entry = FindCode(standard, column, code);
      const auto org = orgs.find(name);
      if (entry == nullptr || org == orgs.end()) {
        return absl::InvalidArgumentError(absl::StrCat("commons:exclusive of ", column, ": no ",
                                                       entry == nullptr
                                                           ? absl::StrCat("code '", code, "'")
                                                           : absl::StrCat("member '", name, "'")));
      }
      entry->set_exclusive_org(org->second.ToBytes());
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::clients
