#include "governance/payload.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "governance/datapackage.h"
#include "governance/document.h"
#include "governance/draft.h"
#include "governance/kinds.h"
#include "governance/refusal.h"

namespace commons::governance {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Bad(absl::string_view what) { return Refuse(v1::MALFORMED, what); }

absl::Status NoEnumBeyond(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const int value = field.is_repeated() ? reflection->GetRepeatedEnumValue(message, &field, i)
                                          : reflection->GetEnumValue(message, &field);
    if (field.enum_type()->FindValueByNumber(value) == nullptr) {
      return Bad(absl::StrCat("unknown value ", value, " of ", field.full_name()));
    }
  }
  return absl::OkStatus();
}

template <typename Payload>
absl::StatusOr<std::shared_ptr<const Payload>> Parse(absl::string_view bytes) {
  auto payload = std::make_shared<Payload>();
  if (!payload->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Bad(absl::StrCat("not a ", Payload::descriptor()->name()));
  }
  RETURN_IF_ERROR(NothingUnknown(*payload));
  return payload;
}

bool IsTime(int64_t seconds) { return seconds >= 0 && seconds <= kSecondsMax; }
bool Is32(absl::string_view bytes) { return bytes.size() == 32; }
bool IsZero32(absl::string_view bytes) { return bytes == absl::string_view(Hash32().view()); }

absl::Status CheckHeaderBounds(const v1::Header& h) {
  if (h.critical_size() > 0) {
    return Refuse(v1::NOT_SUPPORTED_YET,
                  absl::StrCat("the document needs the feature '", h.critical(0), "'"));
  }
  if (!Is32(h.commons_id()) || !Is32(h.issuer())) return Bad("header: commons_id and issuer");
  if (h.version() == 0) return Bad("header: version starts at 1");
  if (h.chain().empty() || h.chain().size() > 2 * limits::kNameBytes) return Bad("header: chain");
  if (h.issued_at() <= 0 || !IsTime(h.issued_at()) || !IsTime(h.effective_at()) ||
      !IsTime(h.expires_at())) {
    return Bad("header: a time out of range");
  }
  return absl::OkStatus();
}

absl::Status CheckGenesis(const v1::Header& h, absl::string_view chain) {
  RETURN_IF_ERROR(CheckHeaderBounds(h));
  if (h.version() != 1) {
    return Refuse(v1::NOT_SUPPORTED_YET, absl::StrCat("version ", h.version(), " of ", chain));
  }
  if (!IsZero32(h.commons_id()) || !IsZero32(h.issuer()) || h.prev_size() != 0) {
    return Bad("a genesis has zero commons_id and issuer, and no prev");
  }
  if (!Is32(h.nonce())) return Bad("a genesis has a nonce of 32 bytes");
  if (h.chain() != chain) return Bad(absl::StrCat("chain must be '", chain, "'"));
  return absl::OkStatus();
}

absl::Status CheckOrdinary(const v1::Header& h, absl::string_view chain) {
  RETURN_IF_ERROR(CheckHeaderBounds(h));
  if (IsZero32(h.commons_id()) || IsZero32(h.issuer())) return Bad("zero commons_id or issuer");
  if (!h.nonce().empty()) return Bad("only a genesis has a nonce");
  if (h.prev_size() > 1) return Refuse(v1::NOT_SUPPORTED_YET, "a version that ends a fork");
  if ((h.version() == 1) != (h.prev_size() == 0)) return Bad("prev is absent only in version 1");
  if (h.prev_size() == 1 && !Is32(h.prev(0))) return Bad("prev is not a document id");
  if (h.chain() != chain) return Bad(absl::StrCat("chain must be '", chain, "'"));
  return absl::OkStatus();
}

absl::Status CheckBody(const v1::OrgRoot& p) {
  RETURN_IF_ERROR(CheckGenesis(p.header(), kOrgChain));
  return ValidateOrgRoot(p);
}

absl::Status CheckBody(const v1::NodeInfo& p) {
  if (!Is32(p.org_id()) || p.counter() == 0) return Bad("node info: org_id and counter");
  if (p.issued_at() <= 0 || !IsTime(p.issued_at()) || p.expires_at() <= p.issued_at() ||
      p.expires_at() > p.issued_at() + 30 * 86400) {
    return Bad("node info is valid for at most 30 days");
  }
  if (p.endpoints_size() > 16) return Bad("node info: too many endpoints");
  for (const std::string& endpoint : p.endpoints()) {
    if (endpoint.empty() || endpoint.size() > limits::kLabelBytes) {
      return Bad("node info: endpoint");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBody(const v1::Charter& p) {
  RETURN_IF_ERROR(CheckGenesis(p.header(), kCommonsChain));
  const uint64_t a = p.threshold_numerator(), b = p.threshold_denominator();
  if ((a != 0 || b != 0) && (a >= b || 2 * a < b)) {
    return Bad("charter: the threshold a/b must be at least 1/2 and below 1");
  }
  if (p.cooling_off_seconds() < 0 || p.cooling_off_seconds() > kCoolingOffSecondsMax) {
    return Bad("charter: cooling-off");
  }
  if (p.founders().empty() || p.founders_size() > static_cast<int>(limits::kMembers) ||
      p.founders_size() != p.founder_cards_size()) {
    return Bad("charter: one card for each of 1 to 256 founders");
  }
  for (int i = 0; i < p.founders_size(); ++i) {
    if (!Is32(p.founders(i)) || (i > 0 && p.founders(i - 1) >= p.founders(i))) {
      return Bad("charter: founders must be distinct and sorted");
    }
    if (p.founder_cards(i).payload_type() != kinds::kOrgRoot ||
        IdOf(p.founder_cards(i)).view() != p.founders(i)) {
      return Bad("charter: founder cards must follow the order of the founders");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBody(const v1::Membership& m) {
  if (m.has_admit() == !m.suspend().empty()) return Bad("membership: admit or suspend");
  if (m.has_admit()) {
    return m.admit().payload_type() == kinds::kOrgRoot ? absl::OkStatus()
                                                       : Bad("membership: not a card");
  }
  return Is32(m.suspend()) ? absl::OkStatus() : Bad("membership: suspend is not an org_id");
}

absl::Status CheckItem(const v1::Resolution::Item& item) {
  switch (item.item_case()) {
    case v1::Resolution::Item::kMembership:
      return CheckBody(item.membership());
    case v1::Resolution::Item::kStandard: {
      ASSIGN_OR_RETURN(const auto standard, Parse<v1::Standard>(item.standard()));
      return ValidateStandard(*standard);
    }
    case v1::Resolution::Item::kPolicy:
      if (item.policy().roster() != "any" && item.policy().roster() != "all") {
        return Bad("common rules: roster is 'any' or 'all'");
      }
      return ValidateRule(item.policy().rule());
    default:
      return Bad("resolution: an empty item");
  }
}

absl::Status CheckBody(const v1::Resolution& p) {
  RETURN_IF_ERROR(CheckOrdinary(p.header(), kCommonsChain));
  if (p.header().version() < 2) return Bad("a resolution is version 2 or later");
  if (p.ballot() == 0) return Bad("resolution: ballots start at 1");
  if (p.ballot() > 1) return Refuse(v1::NOT_SUPPORTED_YET, "a second ballot");
  if (p.departures_size() > 0) return Refuse(v1::NOT_SUPPORTED_YET, "departures");
  if (p.items().empty() || p.items_size() > static_cast<int>(limits::kMembers)) {
    return Bad("resolution: 1 to 256 items");
  }
  for (const v1::Resolution::Item& item : p.items()) {
    RETURN_IF_ERROR(CheckItem(item));
    // Its subject has no vote, so nothing else may ride on it.
    if (!item.membership().suspend().empty() && p.items_size() != 1) {
      return Bad("resolution: a suspension stands alone");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBody(const v1::Approval& p) {
  RETURN_IF_ERROR(CheckOrdinary(p.header(), ApprovalChain(p.version(), p.ballot())));
  if (p.version() == 0 || p.ballot() == 0) return Bad("approval: version and ballot start at 1");
  if (p.ballot() > 1) return Refuse(v1::NOT_SUPPORTED_YET, "a second ballot");
  if (p.header().version() != 1) return Bad("approval: one statement per version and ballot");
  return Is32(p.document()) ? absl::OkStatus() : Bad("approval: document is not a document id");
}

absl::Status CheckBody(const v1::OwnerPolicy& p) {
  RETURN_IF_ERROR(CheckOrdinary(p.header(), PolicyChain(p.dataset())));
  if (p.dataset().size() > limits::kNameBytes) return Bad("rules: dataset name is too long");
  if (p.cooling_off_seconds() < 0 || p.cooling_off_seconds() > kCoolingOffSecondsMax) {
    return Bad("rules: cooling-off");
  }
  return ValidateRule(p.rule());
}

absl::Status CheckBody(const v1::Manifest& p) {
  RETURN_IF_ERROR(CheckOrdinary(p.header(), ManifestChain(p.dataset())));
  if (p.dataset().empty() || p.dataset().size() > limits::kNameBytes) return Bad("notice: dataset");
  if (!Is32(p.standard_id())) return Bad("notice: standard_id");
  if (!p.as_of().empty() && !ParseDate(p.as_of(), PeriodUnit::kDay).has_value()) {
    return Bad("notice: as_of is not a date");
  }
  uint64_t digit = p.stated_scale();
  while (digit >= 10 && digit % 10 == 0) digit /= 10;
  if (digit >= 10) return Bad("notice: stated scale has more than one significant digit");
  return absl::OkStatus();
}

absl::Status CheckBody(const v1::Accreditation& p) {
  const auto key = PublicKey::FromBytes(p.researcher());
  if (!key.ok() || !crypto::IsValidPublicKey(*key)) return Bad("accreditation: researcher key");
  return CheckOrdinary(p.header(), AccreditationChain(*key));
}

absl::Status CheckBody(const v1::Project& p) {
  RETURN_IF_ERROR(CheckOrdinary(p.header(), ProjectChain(p.name())));
  if (p.name().empty() || p.name().size() > limits::kNameBytes) return Bad("project: name");
  if (p.researchers().empty()) return Bad("project: no researcher");
  for (const std::string& key : p.researchers()) {
    if (!Is32(key)) return Bad("project: a researcher's key is not 32 bytes");
  }
  return IsTime(p.outcome_due()) ? absl::OkStatus() : Bad("project: outcome_due");
}

absl::Status CheckBody(const v1::ProjectApproval& p) {
  const auto project = DocId::FromBytes(p.project());
  if (!project.ok()) return Bad("project approval: project is not a document id");
  return CheckOrdinary(p.header(), ProjectApprovalChain(*project));
}

template <typename Payload>
absl::StatusOr<MessagePtr> ParseAndCheck(absl::string_view bytes) {
  ASSIGN_OR_RETURN(auto payload, Parse<Payload>(bytes));
  RETURN_IF_ERROR(CheckBody(*payload));
  return MessagePtr(std::move(payload));
}

}  // namespace

absl::Status NothingUnknown(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) {
    return Bad(absl::StrCat("unknown field in ", message.GetDescriptor()->name()));
  }
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->type() == FieldDescriptor::TYPE_ENUM) {
      RETURN_IF_ERROR(NoEnumBeyond(message, *field));
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      RETURN_IF_ERROR(NothingUnknown(field->is_repeated()
                                         ? reflection->GetRepeatedMessage(message, field, i)
                                         : reflection->GetMessage(message, field)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MessagePtr> ParsePayload(absl::string_view kind, absl::string_view bytes) {
  if (kind == kinds::kOrgRoot) return ParseAndCheck<v1::OrgRoot>(bytes);
  if (kind == kinds::kNodeInfo) return ParseAndCheck<v1::NodeInfo>(bytes);
  if (kind == kinds::kCharter) return ParseAndCheck<v1::Charter>(bytes);
  if (kind == kinds::kResolution) return ParseAndCheck<v1::Resolution>(bytes);
  if (kind == kinds::kApproval) return ParseAndCheck<v1::Approval>(bytes);
  if (kind == kinds::kOwnerPolicy) return ParseAndCheck<v1::OwnerPolicy>(bytes);
  if (kind == kinds::kManifest) return ParseAndCheck<v1::Manifest>(bytes);
  if (kind == kinds::kAccreditation) return ParseAndCheck<v1::Accreditation>(bytes);
  if (kind == kinds::kProject) return ParseAndCheck<v1::Project>(bytes);
  if (kind == kinds::kProjectApproval) return ParseAndCheck<v1::ProjectApproval>(bytes);
  return Refuse(v1::UNKNOWN_KIND, absl::StrCat("unknown kind '", kind.substr(0, 64), "'"));
}

const v1::Header* HeaderOf(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("header");
  if (field == nullptr) return nullptr;
  return static_cast<const v1::Header*>(&message.GetReflection()->GetMessage(message, field));
}

}  // namespace commons::governance
