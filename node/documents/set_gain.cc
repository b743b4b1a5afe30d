#include "node/documents/set_gain.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold_stops.h"
#include "governance/fold/set_room.h"
#include "governance/kinds/set_signatures.h"

namespace commons::node {
namespace {

using governance::Document;
using governance::Refuse;

// Those that came together may be the same one twice.
class Gainer {
 public:
  Gainer(const HeldLogs& logs, const OrgId& org, const governance::OrgLog& log,
         const governance::Stops& stops)
      : org_(org), commons_(logs.commons()), stops_(stops), room_(stops.cards, log.sets.get()) {
    if (log.sets == nullptr) return;
    for (const auto& [id, entry] : *log.sets) known_[id] = entry.document;
  }

  absl::Status Add(const Document& document) {
    Document counting = governance::OnlyCounting(document, *stops_.cards);
    DocumentPtr& known = known_[document.id];
    if (known != nullptr) {
      auto joined = governance::Joined(*known, counting);
      if (!joined.has_value()) return absl::OkStatus();
      counting = *std::move(joined);
    }
    RETURN_IF_ERROR(governance::CheckBelongs(counting, org_, *stops_.cards, commons_));
    if (governance::IsOfLiftedKey(counting, stops_)) {
      return Refuse(v1::UNDER_SIGNED,
                    "the board has lifted all that this guardian's key alone stops; another "
                    "guardian's key still counts");
    }
    RETURN_IF_ERROR(room_.Take(counting, known.get()));
    known = std::make_shared<const Document>(std::move(counting));
    changed_[document.id] = known;
    return absl::OkStatus();
  }

  std::vector<DocumentPtr> Changed() const {
    std::vector<DocumentPtr> changed;
    for (const auto& [id, document] : changed_) changed.push_back(document);
    return changed;
  }

 private:
  const OrgId& org_;
  const std::optional<CommonsId>& commons_;
  const governance::Stops& stops_;
  governance::SetRoom room_;
  std::map<DocId, DocumentPtr> known_, changed_;
};

}  // namespace

SetGain SetGainOf(const HeldLogs& logs, const OrgId& org, absl::Span<const Document> documents) {
  SetGain gain;
  const governance::Stops* stops = logs.folded().reg()->StopsOf(org);
  const auto log = logs.opened().find(org);
  if (stops == nullptr || log == logs.opened().end()) {
    gain.refused.push_back(
        Refuse(v1::UNKNOWN_ISSUER, "the card of the organisation that stops is not known here"));
    return gain;
  }
  Gainer gainer(logs, org, *log->second, *stops);
  for (const Document& document : documents) {
    const absl::Status added = gainer.Add(document);
    if (!added.ok()) gain.refused.push_back(added);
  }
  gain.changed = gainer.Changed();
  return gain;
}

}  // namespace commons::node
