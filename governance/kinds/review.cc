#include "governance/kinds/review.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/fingerprint.h"
#include "governance/kinds/table.h"
#include "governance/review/screen.h"

namespace commons::governance {

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
  s.Line("signatures so far", absl::StrCat(document.signers.size()));
  s.Line("fingerprint", Fingerprint(document.id.view()));
  return s.Finish();
}

}  // namespace commons::governance
