#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/kinds.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"

namespace commons::governance::internal {
namespace {

bool Holds(const google::protobuf::RepeatedPtrField<std::string>& keys,
           const std::set<PublicKey>& signers) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& bytes) {
    const auto key = PublicKey::FromBytes(bytes);
    return key.ok() && signers.contains(*key);
  });
}

bool Signed(absl::string_view key_bytes, const std::set<PublicKey>& signers) {
  const auto key = PublicKey::FromBytes(key_bytes);
  return key.ok() && signers.contains(*key);
}

// Whether `next` opens nothing that `board`, the last version the board signed, did not.
bool Narrows(const v1::Manifest& next, const v1::Manifest& board) {
  const std::set<std::string> labels(next.labels().begin(), next.labels().end());
  const int64_t until = board.header().expires_at();
  return next.standard_id() == board.standard_id() && next.provenance() == board.provenance() &&
         next.consent_basis() == board.consent_basis() && next.retention() == board.retention() &&
         next.each_row_is_a_person() == board.each_row_is_a_person() &&
         std::all_of(board.labels().begin(), board.labels().end(),
                     [&](const std::string& label) { return labels.contains(label); }) &&
         (until == 0 || (next.header().expires_at() != 0 && next.header().expires_at() <= until));
}

class OrgFolder {
 public:
  OrgFolder(const OrgId& org, const Card& card, const Ground& ground)
      : org_(org), card_(card), ground_(ground) {}

  OrgFold Run(const OrgLog& log) {
    if (!log.entries.empty()) fold_.counted.push_back(card_.id);
    fold_.tips["org"] = {1, card_.id};
    for (size_t i = 1; i < log.entries.size(); ++i) {
      const OrgLog::Entry& entry = log.entries[i];
      if (entry.document == nullptr || IsCommonsDocument(*entry.document)) continue;
      const absl::Status status = Add(*entry.document, entry.seen_at);
      if (!status.ok()) fold_.problems.push_back(MakeProblem(entry.document->id, org_, status));
    }
    return std::move(fold_);
  }

 private:
  static bool IsCommonsDocument(const Document& d) {
    return d.kind() == kinds::kCharter || d.kind() == kinds::kResolution;
  }

  absl::Status Add(const Document& d, absl::Time seen_at) {
    if (d.kind() == kinds::kOrgRoot || d.kind() == kinds::kNodeInfo) {
      return Refuse(v1::OUT_OF_ORDER, "only a log's first entry is a card, and none a node info");
    }
    RETURN_IF_ERROR(FollowsChain(d));
    RETURN_IF_ERROR(IsAuthorised(d));
    fold_.tips[d.header.chain()] = {d.header.version(), d.id};
    fold_.counted.push_back(d.id);
    Record(d, seen_at);
    return absl::OkStatus();
  }

  absl::Status FollowsChain(const Document& d) {
    if (!ground_.commons.has_value() || d.header.commons_id() != ground_.commons->view()) {
      return Refuse(v1::WRONG_COMMONS, "a document of another commons");
    }
    if (d.header.issuer() != org_.view()) {
      return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation than the log's");
    }
    const auto tip = fold_.tips.find(d.header.chain());
    const Register::ChainTip last = tip == fold_.tips.end() ? Register::ChainTip{} : tip->second;
    if (d.header.version() != last.version + 1 ||
        (last.version > 0 && d.header.prev(0) != last.id.view())) {
      return Refuse(v1::OUT_OF_ORDER,
                    absl::StrCat("version ", d.header.version(), " of ", d.header.chain(),
                                 " does not follow version ", last.version));
    }
    return absl::OkStatus();
  }

  absl::Status IsAuthorised(const Document& d) {
    if (d.kind() == kinds::kAccreditation && d.As<v1::Accreditation>().practice() &&
        !ground_.practice) {
      return Refuse(v1::PRACTICE_KEY, "a practice researcher in a real commons");
    }
    if (Satisfies(card_.root->board(), d.signers)) return absl::OkStatus();
    if (d.kind() == kinds::kManifest && StewardMay(d)) return absl::OkStatus();
    // A project is its lead's: the first researcher named.
    if (d.kind() == kinds::kProject && Signed(d.As<v1::Project>().researchers(0), d.signers)) {
      return absl::OkStatus();
    }
    return Refuse(v1::UNDER_SIGNED, absl::StrCat(d.header.chain(), " version ", d.header.version(),
                                                 " lacks signatures"));
  }

  bool StewardMay(const Document& d) {
    const auto board = board_manifest_.find(d.As<v1::Manifest>().dataset());
    return board != board_manifest_.end() && Holds(card_.root->stewards(), d.signers) &&
           Signed(card_.root->node().node_key(), d.signers) &&
           Narrows(d.As<v1::Manifest>(), *board->second);
  }

  // `own`: the strictest cooling-off that the owner asks for; lowering it waits like every
  // widening.
  template <typename Payload>
  void Append(Chain<Payload>& chain, const Document& d, absl::Time seen_at,
              absl::Duration own = absl::ZeroDuration()) {
    const absl::Time cooled = seen_at + std::max(ground_.cooling_off, own);
    chain.versions.push_back({d.id, d.As<Payload>(),
                              std::max(absl::FromUnixSeconds(d.header.effective_at()), cooled),
                              d.header.expires_at()});
  }

  void Record(const Document& d, absl::Time seen_at) {
    if (d.kind() == kinds::kApproval) {
      const auto& approval = d.As<v1::Approval>();
      fold_.statements[approval.version()] = {*DocId::FromBytes(approval.document()),
                                              approval.yes(), seen_at};
    } else if (d.kind() == kinds::kOwnerPolicy) {
      RecordPolicy(d, seen_at);
    } else if (d.kind() == kinds::kManifest) {
      const auto& manifest = d.As<v1::Manifest>();
      Append(fold_.manifests[manifest.dataset()], d, seen_at);
      if (Satisfies(card_.root->board(), d.signers)) {
        board_manifest_[manifest.dataset()] = &manifest;
      }
    } else if (d.kind() == kinds::kAccreditation) {
      const auto key = *PublicKey::FromBytes(d.As<v1::Accreditation>().researcher());
      Append(fold_.accreditations[key], d, seen_at);
    } else if (d.kind() == kinds::kProject) {
      Append(fold_.projects[d.As<v1::Project>().name()], d, seen_at);
    } else if (d.kind() == kinds::kProjectApproval) {
      Append(fold_.approvals[*DocId::FromBytes(d.As<v1::ProjectApproval>().project())], d, seen_at);
    }
  }

  void RecordPolicy(const Document& d, absl::Time seen_at) {
    auto& chain = fold_.policies[d.As<v1::OwnerPolicy>().dataset()];
    int64_t seconds = d.As<v1::OwnerPolicy>().cooling_off_seconds();
    for (const auto& earlier : chain.At(seen_at).versions) {
      seconds = std::max(seconds, earlier.payload.cooling_off_seconds());
    }
    Append(chain, d, seen_at, absl::Seconds(seconds));
  }

  const OrgId& org_;
  const Card& card_;
  const Ground& ground_;
  std::map<std::string, const v1::Manifest*> board_manifest_;  // last one the board signed
  OrgFold fold_;
};

}  // namespace

OrgFold FoldOrg(const OrgId& org, const Card& card, const OrgLog& log, const Ground& ground) {
  return OrgFolder(org, card, ground).Run(log);
}

Register::Problem MakeProblem(const DocId& id, const OrgId& log, const absl::Status& status) {
  const v1::Refusal refusal = RefusalOf(status);
  return {id, log, refusal.reason(), refusal.message()};
}

}  // namespace commons::governance::internal
