#include "clients/office/draft/common.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/trusted.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;

// The newest version of this chain in --prev. A charter begins the chain of the commons.
absl::StatusOr<const Document*> Before(const Sources& sources, const std::string& chain) {
  const Document* newest = nullptr;
  for (const Document& document : sources.before) {
    if (document.header->chain() != chain) continue;
    if (newest == nullptr || document.header->version() > newest->header->version()) {
      newest = &document;
    }
  }
  if (newest != nullptr || sources.prev_file.empty()) return newest;
  return absl::InvalidArgumentError(absl::StrCat(sources.prev_file, ": holds no version of '",
                                                 chain, "', which this document would follow"));
}

bool IsGenesis(const Document& document) { return !document.header->nonce().empty(); }

absl::StatusOr<std::string> CommonsOf(const Sources& sources, const Document* before) {
  const bool said = sources.spec.Has("commons");
  if (!said && sources.commons.has_value()) return sources.commons->ToBytes();
  if (before == nullptr || said) {
    ASSIGN_OR_RETURN(const CommonsId commons, CommonsNamed(sources, "commons"));
    return commons.ToBytes();
  }
  return IsGenesis(*before) ? before->id.ToBytes() : before->header->commons_id();
}

absl::StatusOr<std::string> IssuerBytes(const Sources& sources, const Document* before) {
  if (sources.own.has_value()) return sources.own->ToBytes();
  const bool said = before != nullptr && !IsGenesis(*before);
  if (said && !sources.spec.Has("issuer")) return before->header->issuer();
  ASSIGN_OR_RETURN(const OrgId issuer, OrgNamed(sources, "issuer"));
  return issuer.ToBytes();
}

bool IsHex32(const std::string& text) { return Hash32::FromHex(text).ok(); }

absl::StatusOr<Document> OnlyOneIn(const Sources& sources, const std::string& key,
                                   absl::FunctionRef<bool(const Document&)> is_one) {
  ASSIGN_OR_RETURN(const std::string named, sources.spec.Text(key));
  const std::string path = sources.spec.Beside(named);
  const auto rules = ReadRuleFile(path);
  if (!rules.ok()) return sources.spec.Wrong(key, rules.status().message());
  ASSIGN_OR_RETURN(const std::vector<Document> documents, OpenAll(*rules, path));
  const Document* found = nullptr;
  for (const Document& document : documents) {
    if (!is_one(document)) continue;
    if (found != nullptr) return sources.spec.Wrong(key, "names a file with several of them");
    found = &document;
  }
  if (found == nullptr) return sources.spec.Wrong(key, "names a file that holds none of them");
  return *found;
}

}  // namespace

absl::Status FillHeader(const Sources& sources, v1::Header& header) {
  const Spec& spec = sources.spec;
  const int64_t now = absl::ToUnixSeconds(sources.now);
  header.set_issued_at(now);
  ASSIGN_OR_RETURN(const int64_t effective, spec.Day("effective", now));
  ASSIGN_OR_RETURN(const int64_t expires, spec.Day("expires", header.expires_at()));
  if (expires != 0 && expires <= now) return spec.Wrong("expires", "is a day that has passed");
  header.set_effective_at(effective);
  header.set_expires_at(expires);
  RETURN_IF_ERROR(spec.Said("title", *header.mutable_title()));
  return spec.Said("rationale", *header.mutable_rationale());
}

absl::StatusOr<v1::Header> DraftHeader(const Sources& sources, const std::string& chain) {
  ASSIGN_OR_RETURN(const Document* const before, Before(sources, chain));
  v1::Header header;
  ASSIGN_OR_RETURN(*header.mutable_commons_id(), CommonsOf(sources, before));
  ASSIGN_OR_RETURN(*header.mutable_issuer(), IssuerBytes(sources, before));
  header.set_chain(chain);
  header.set_version(before == nullptr ? 1 : before->header->version() + 1);
  if (before != nullptr) header.add_prev(before->id.ToBytes());
  RETURN_IF_ERROR(FillHeader(sources, header));
  return header;
}

absl::StatusOr<Document> DocumentIn(const Sources& sources, const std::string& key,
                                    absl::string_view type) {
  return OnlyOneIn(sources, key, [&](const Document& document) {
    return type.empty() || document.kind() == type;
  });
}

absl::StatusOr<Document> CardIn(const Sources& sources, const std::string& key) {
  return OnlyOneIn(sources, key, governance::IsACard);
}

absl::StatusOr<DocId> DocumentNamed(const Sources& sources, const std::string& key,
                                    absl::string_view type) {
  ASSIGN_OR_RETURN(const std::string named, sources.spec.Text(key));
  if (IsHex32(named)) return DocId::FromHex(named);
  ASSIGN_OR_RETURN(const Document document, DocumentIn(sources, key, type));
  return document.id;
}

absl::StatusOr<OrgId> OrgNamed(const Sources& sources, const std::string& key) {
  ASSIGN_OR_RETURN(const std::string named, sources.spec.Text(key));
  if (IsHex32(named)) return OrgId::FromHex(named);
  ASSIGN_OR_RETURN(const Document card, CardIn(sources, key));
  return governance::IssuerOf(card);
}

absl::StatusOr<CommonsId> CommonsNamed(const Sources& sources, const std::string& key) {
  ASSIGN_OR_RETURN(const DocId id, DocumentNamed(sources, key, kinds::kCharter));
  return crypto::Retype<CommonsId>(id);
}

}  // namespace commons::clients
