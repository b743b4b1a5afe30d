#include "governance/document/payload.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"

namespace commons::governance {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsZero32(absl::string_view bytes) { return bytes == absl::string_view(Hash32().view()); }

absl::Status NoEnumBeyond(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const int value = field.is_repeated() ? reflection->GetRepeatedEnumValue(message, &field, i)
                                          : reflection->GetEnumValue(message, &field);
    if (field.enum_type()->FindValueByNumber(value) == nullptr) {
      return Malformed(absl::StrCat("unknown value ", value, " of ", field.full_name()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckHeaderBounds(const v1::Header& h) {
  if (h.critical_size() > 0) {
    return Refuse(v1::NOT_SUPPORTED_YET,
                  absl::StrCat("the document needs the feature '", h.critical(0), "'"));
  }
  if (!Is32(h.commons_id()) || !Is32(h.issuer())) return Malformed("header: commons_id and issuer");
  if (h.version() == 0) return Malformed("header: version starts at 1");
  if (h.chain().empty() || h.chain().size() > 2 * limits::kNameBytes)
    return Malformed("header: chain");
  if (h.issued_at() <= 0 || !IsTime(h.issued_at()) || !IsTime(h.effective_at()) ||
      !IsTime(h.expires_at())) {
    return Malformed("header: a time out of range");
  }
  return absl::OkStatus();
}

// Of one version of a chain that has an issuer.
absl::Status CheckFollows(const v1::Header& h, absl::string_view chain) {
  if (!h.nonce().empty()) return Malformed("only a genesis has a nonce");
  if (h.prev_size() > 1) return Refuse(v1::NOT_SUPPORTED_YET, "a version that ends a fork");
  if ((h.version() == 1) != (h.prev_size() == 0))
    return Malformed("prev is absent only in version 1");
  if (h.prev_size() == 1 && !Is32(h.prev(0))) return Malformed("prev is not a document id");
  if (h.chain() != chain) return Malformed(absl::StrCat("chain must be '", chain, "'"));
  return absl::OkStatus();
}

}  // namespace

absl::Status NothingUnknown(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) {
    return Malformed(absl::StrCat("unknown field in ", message.GetDescriptor()->name()));
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

absl::Status ParseStrictly(absl::string_view bytes, Message& message) {
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Malformed(absl::StrCat("not a ", message.GetDescriptor()->name()));
  }
  return NothingUnknown(message);
}

const v1::Header* HeaderOf(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("header");
  if (field == nullptr) return nullptr;
  return static_cast<const v1::Header*>(&message.GetReflection()->GetMessage(message, field));
}

absl::Status CheckGenesis(const v1::Header& h, absl::string_view chain) {
  RETURN_IF_ERROR(CheckHeaderBounds(h));
  if (h.version() != 1) {
    return Refuse(v1::NOT_SUPPORTED_YET, absl::StrCat("version ", h.version(), " of ", chain));
  }
  if (!IsZero32(h.commons_id()) || !IsZero32(h.issuer()) || h.prev_size() != 0) {
    return Malformed("a genesis has zero commons_id and issuer, and no prev");
  }
  if (!Is32(h.nonce())) return Malformed("a genesis has a nonce of 32 bytes");
  if (h.chain() != chain) return Malformed(absl::StrCat("chain must be '", chain, "'"));
  return absl::OkStatus();
}

absl::Status CheckRenewal(const v1::Header& h, absl::string_view chain) {
  RETURN_IF_ERROR(CheckHeaderBounds(h));
  if (!IsZero32(h.commons_id()) || IsZero32(h.issuer())) {
    return Malformed("a later card names its organisation as issuer, and no commons");
  }
  return CheckFollows(h, chain);
}

absl::Status CheckOrdinary(const v1::Header& h, absl::string_view chain) {
  RETURN_IF_ERROR(CheckHeaderBounds(h));
  if (IsZero32(h.commons_id()) || IsZero32(h.issuer()))
    return Malformed("zero commons_id or issuer");
  return CheckFollows(h, chain);
}

absl::Status CheckSetHead(const SetHead& head, bool outside_commons) {
  if (!Is32(head.issuer) || IsZero32(head.issuer))
    return Malformed("issuer is not an organisation");
  if (!Is32(head.commons_id) || IsZero32(head.commons_id) != outside_commons) {
    return Malformed(outside_commons ? "commons_id is not 32 zero bytes"
                                     : "commons_id is not that of a commons");
  }
  if (head.nonce.size() != kSetNonceBytes) return Malformed("the nonce is not 16 bytes");
  return head.issued_at > 0 && IsTime(head.issued_at) ? absl::OkStatus()
                                                      : Malformed("issued_at is out of range");
}

}  // namespace commons::governance
