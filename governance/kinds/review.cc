#include "governance/kinds/review.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/table.h"
#include "governance/review/ballot_words.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

// A word in a ballot is read with what it is about, and with what stands there.
std::string VotedOn(const v1::Approval& approval, const Register* reg,
                    std::optional<absl::Time> now) {
  const Ballots* ballots = reg == nullptr ? nullptr : &reg->ballots();
  const bool open = ballots != nullptr && ballots->version == approval.version();
  const auto id = DocId::FromBytes(approval.document());
  const Proposal* proposal = open && id.ok() ? ballots->Find(*id) : nullptr;
  if (proposal == nullptr) return "";
  std::string words = "\nIn this ballot:\n";
  for (const std::string& line : BeforeVoting(*proposal, approval.yes(), *reg)) {
    absl::StrAppend(&words, "  ", line, "\n");
  }
  absl::StrAppend(&words, "\nWhat this says ", approval.yes() ? "yes" : "no", " to:\n",
                  Review(*proposal->document, reg, now));
  return words;
}

// What would be read as calm for want of what it changes, or for what has come since.
void WarnOfComparison(const Document& document, const Register* reg, Screen& s) {
  const v1::Header& h = *document.header;
  const Kind& kind = KindOf(document);
  const bool chained = kind.home == Kind::Home::kLog || kind.home == Kind::Home::kCommons;
  if (!chained || kind.genesis || document.kind() == kinds::kApproval || h.version() == 0) return;
  if (reg == nullptr) {
    return s.Warn(
        "it is compared with nothing: what it loosens is not shown; ask for the context "
        "file that belongs to it, or read it where a node is, with --dir");
  }
  const bool commons = kind.home == Kind::Home::kCommons;
  const auto issuer = OrgId::FromBytes(h.issuer());
  const uint64_t known = commons       ? reg->commons_version()
                         : issuer.ok() ? reg->TipOf(*issuer, h.chain()).version
                                       : 0;
  if (h.version() < known) {
    s.Warn(absl::StrCat("this is version ", h.version(), ", and version ", known,
                        " is known already: signed only now, it counts for nothing"));
  } else if (h.version() > known + 1) {
    s.Warn(absl::StrCat("this is version ", h.version(), ", and only version ", known,
                        " is known here: what it is compared with is older than what it follows"));
  }
}

}  // namespace

std::string Review(const Document& document, const Register* reg, std::optional<absl::Time> now) {
  Screen s(now);
  KindOf(document).show(document, reg, s);
  const v1::Header& h = *document.header;
  if (!h.issuer().empty() &&
      !std::all_of(h.issuer().begin(), h.issuer().end(), [](char c) { return c == 0; })) {
    s.Line("from", NameOf(h.issuer(), reg));
  }
  s.Texts("title", h.title());
  s.Texts("reasons", h.rationale());
  if (h.effective_at() > h.issued_at()) s.Line("acts from", Day(h.effective_at()));
  if (h.expires_at() != 0) s.Line("ends", Day(h.expires_at()));
  for (const v1::Text& t : h.title()) {
    if (LooksLikeAPerson(t.text())) s.Warn("the title may name a person; use roles");
  }
  if (reg != nullptr && !h.issuer().empty() && reg->founded() && document.header->version() > 0 &&
      h.commons_id() != reg->commons_id().view() && !KindOf(document).genesis) {
    s.Warn("this belongs to another commons");
  }
  WarnOfComparison(document, reg, s);
  s.Line("signatures so far", absl::StrCat(document.signers.size()));
  s.Line("fingerprint", Fingerprint(document.id.view()));
  if (document.kind() != kinds::kApproval) return s.Finish();
  const auto& approval = document.As<v1::Approval>();
  const bool over = reg != nullptr && approval.version() < reg->ballots().version;
  const std::string voted_on = over ? "" : VotedOn(approval, reg, now);
  if (over) s.Line("its vote", "is over");
  if (!over && approval.yes() && voted_on.empty()) {
    s.Warn("what this says yes to is not known here: read that document before you sign");
  }
  return absl::StrCat(s.Finish(), voted_on);
}

}  // namespace commons::governance
