#include "governance/kinds/merge.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/issuer.h"
#include "governance/document/refusal.h"
#include "governance/document/words.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

// A document while its signatures are gathered, by key: invalid ones are left behind.
struct Gathering {
  v1::Envelope unsigned_;
  std::map<std::string, std::string> signatures;

  absl::StatusOr<v1::Envelope> Finish() const {
    v1::Envelope envelope = unsigned_;
    for (const auto& [key, bytes] : signatures) {
      v1::Signature& signature = *envelope.add_signatures();
      signature.set_key(key);
      signature.set_signature(bytes);
    }
    if (signatures.size() > limits::kSignaturesPerEnvelope ||
        envelope.ByteSizeLong() > limits::kDocumentBytes) {
      return Refuse(v1::MALFORMED, "all the signatures together do not fit in one document");
    }
    return envelope;
  }
};

void Take(const Document& document, Gathering& to) {
  to.unsigned_ = document.envelope;
  to.unsigned_.clear_signatures();
  for (const v1::Signature& signature : document.envelope.signatures()) {
    if (document.SignedBy(signature.key())) {
      to.signatures.emplace(signature.key(), signature.signature());
    }
  }
}

size_t Rank(const Document& document) {
  const auto kinds = AllKinds();
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i]->type == document.kind()) return i;
  }
  return kinds.size();
}

absl::Status TakeInvitation(const v1::RuleFile& file, v1::RuleFile& merged) {
  if (!file.has_invitation()) return absl::OkStatus();
  const std::string bytes = file.invitation().SerializeAsString();
  if (merged.has_invitation() && merged.invitation().SerializeAsString() != bytes) {
    return Refuse(v1::MALFORMED, "two invitations that differ; keep them apart");
  }
  *merged.mutable_invitation() = file.invitation();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::RuleFile> MergeRules(absl::Span<const v1::RuleFile> files) {
  v1::RuleFile merged;
  std::map<std::pair<size_t, DocId>, Gathering> gathered;  // kinds in the order of their table
  for (const v1::RuleFile& file : files) {
    RETURN_IF_ERROR(TakeInvitation(file, merged));
    for (const v1::Envelope& envelope : file.envelopes()) {
      ASSIGN_OR_RETURN(const Document document, OpenDocument(envelope));
      Take(document, gathered[{Rank(document), document.id}]);
    }
  }
  for (const auto& [place, gathering] : gathered) {
    ASSIGN_OR_RETURN(*merged.add_envelopes(), gathering.Finish());
  }
  return merged;
}

std::vector<std::string> RivalsIn(const v1::RuleFile& file) {
  struct Place {
    absl::string_view what;
    std::vector<std::string> ids;
  };
  std::map<std::tuple<OrgId, std::string, uint64_t>, Place> places;  // issuer, chain, version
  for (const v1::Envelope& envelope : file.envelopes()) {
    const auto document = OpenDocument(envelope);
    if (!document.ok() || document->header->version() == 0) continue;
    Place& place =
        places[{IssuerOf(*document), document->header->chain(), document->header->version()}];
    place.what = KindWords(document->kind());
    place.ids.push_back(document->id.ToHex().substr(0, 16));
  }
  std::vector<std::string> lines;
  for (const auto& [key, place] : places) {
    if (place.ids.size() < 2) continue;
    lines.push_back(absl::StrCat(place.ids.size(), " documents that differ are version ",
                                 std::get<2>(key), " of the same (", place.what,
                                 "), and one at most can count: ", absl::StrJoin(place.ids, ", ")));
  }
  return lines;
}

}  // namespace commons::governance
