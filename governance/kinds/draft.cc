#include "governance/kinds/draft.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/kinds.h"
#include "governance/document/refusal.h"
#include "governance/kinds/payload.h"

namespace commons::governance {
namespace {

void SetText(google::protobuf::RepeatedPtrField<v1::Text>& texts, absl::string_view text) {
  if (text.empty()) return;
  v1::Text& t = *texts.Add();
  t.set_lang("en");
  t.set_text(text.data(), text.size());
}

v1::Header Header(const CommonsId& commons, const OrgId& issuer, absl::string_view chain,
                  const Register::ChainTip& tip, absl::Time now) {
  v1::Header header;
  header.set_commons_id(commons.ToBytes());
  header.set_issuer(issuer.ToBytes());
  header.set_chain(chain.data(), chain.size());
  header.set_version(tip.version + 1);
  if (tip.version > 0) header.add_prev(tip.id.ToBytes());
  header.set_issued_at(absl::ToUnixSeconds(now));
  header.set_effective_at(absl::ToUnixSeconds(now));
  return header;
}

v1::Header GenesisHeader(absl::string_view chain, crypto::RandomSource& random, absl::Time now) {
  v1::Header header = Header(CommonsId(), OrgId(), chain, {}, now);
  header.set_nonce(random.Bytes(32));
  return header;
}

// What a peer would refuse is refused while it is still a draft.
absl::StatusOr<std::string> Checked(absl::string_view kind, std::string payload) {
  RETURN_IF_ERROR(ParsePayload(kind, payload).status());
  return payload;
}

}  // namespace

absl::StatusOr<std::string> DraftOrgRoot(const OrgRootDraft& draft, crypto::RandomSource& random,
                                         absl::Time now) {
  v1::OrgRoot root;
  *root.mutable_header() = GenesisHeader(kOrgChain, random, now);
  root.set_name(draft.name);
  root.mutable_board()->set_name("board");
  root.mutable_board()->set_k(draft.board_k);
  for (const auto& [label, key] : draft.seats) {
    v1::Seat& seat = *root.add_seats();
    seat.set_label(label);
    seat.set_key(key.ToBytes());
    root.mutable_board()->add_members()->set_key(key.ToBytes());
  }
  for (const PublicKey& key : draft.guardians) root.add_guardians(key.ToBytes());
  for (const PublicKey& key : draft.stewards) root.add_stewards(key.ToBytes());
  root.mutable_node()->set_node_key(draft.node_key.ToBytes());
  root.mutable_node()->set_tls_key(draft.tls_key.ToBytes());
  root.mutable_node()->set_witness_key(draft.witness_key.ToBytes());
  root.set_practice(draft.practice);
  return Checked(kinds::kOrgRoot, root.SerializeAsString());
}

std::string DraftNodeInfo(const OrgId& org, uint64_t counter,
                          absl::Span<const std::string> endpoints, absl::string_view contact,
                          absl::Time now) {
  v1::NodeInfo info;
  info.set_org_id(org.ToBytes());
  info.set_counter(counter);
  for (const std::string& endpoint : endpoints) info.add_endpoints(endpoint);
  SetText(*info.mutable_contact(), contact);
  info.set_issued_at(absl::ToUnixSeconds(now));
  info.set_expires_at(absl::ToUnixSeconds(now + absl::Hours(30 * 24)));
  return info.SerializeAsString();
}

absl::StatusOr<std::string> DraftCharter(absl::Span<const v1::Envelope> founder_cards,
                                         absl::string_view name, absl::string_view purpose,
                                         absl::Duration cooling_off, bool practice,
                                         crypto::RandomSource& random, absl::Time now) {
  v1::Charter charter;
  *charter.mutable_header() = GenesisHeader(kCommonsChain, random, now);
  SetText(*charter.mutable_name(), name);
  SetText(*charter.mutable_purpose(), purpose);
  std::vector<v1::Envelope> cards(founder_cards.begin(), founder_cards.end());
  std::sort(cards.begin(), cards.end(),
            [](const auto& a, const auto& b) { return IdOf(a) < IdOf(b); });
  for (v1::Envelope& card : cards) {
    ASSIGN_OR_RETURN(const Document opened, OpenDocument(card));
    if (opened.kind() != kinds::kOrgRoot) {
      return Refuse(v1::MALFORMED, "a founder's card is not one");
    }
    if (!Satisfies(opened.As<v1::OrgRoot>().board(), opened.signers)) {
      return Refuse(v1::UNDER_SIGNED,
                    absl::StrCat("the card of '", opened.As<v1::OrgRoot>().name(), "'"));
    }
    charter.add_founders(opened.id.ToBytes());
    *charter.add_founder_cards() = std::move(card);
  }
  charter.set_threshold_numerator(2);
  charter.set_threshold_denominator(3);
  charter.set_cooling_off_seconds(absl::ToInt64Seconds(cooling_off));
  charter.set_practice(practice);
  // Opening also checks the founders against each other.
  const std::string payload = charter.SerializeAsString();
  RETURN_IF_ERROR(OpenDocument(SignDocument(kinds::kCharter, payload, {})).status());
  return payload;
}

v1::Header NextHeader(const Register& reg, const OrgId& issuer, absl::string_view chain,
                      absl::Time now) {
  return Header(reg.commons_id(), issuer, chain, reg.TipOf(issuer, chain), now);
}

v1::Header NextCommonsHeader(const Register& reg, const OrgId& issuer, absl::Time now) {
  return Header(reg.commons_id(), issuer, kCommonsChain,
                {reg.commons_version(), reg.commons_head()}, now);
}

std::string ApprovalChain(uint64_t version, uint32_t ballot) {
  return absl::StrCat("approval/", version, "/", ballot);
}
std::string PolicyChain(absl::string_view dataset) { return absl::StrCat("policy/", dataset); }
std::string ManifestChain(absl::string_view dataset) { return absl::StrCat("manifest/", dataset); }
std::string AccreditationChain(const PublicKey& researcher) {
  return absl::StrCat("accreditation/", researcher.ToHex());
}
std::string ProjectChain(absl::string_view name) { return absl::StrCat("project/", name); }
std::string ProjectApprovalChain(const DocId& project) {
  return absl::StrCat("project-approval/", project.ToHex());
}

std::string Fingerprint(absl::string_view bytes) {
  const Hash32 hash = crypto::FieldHasher("commons/fingerprint/1").Add(bytes).Finish();
  std::string out;
  for (int group = 0; group < 6; ++group) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | hash.data()[4 * group + i];
    absl::StrAppend(&out, group == 0 ? "" : " ", absl::Dec(value % 10000, absl::kZeroPad4));
  }
  return out;
}

}  // namespace commons::governance
