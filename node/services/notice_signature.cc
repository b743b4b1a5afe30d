#include "node/services/notice_signature.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/kinds/open_document.h"
#include "query/question/layout.h"

namespace commons::node {
namespace {

// Where nobody knows the definition there is nothing that the rows could lack of it.
std::set<std::string> NotHeld(const storage::TableInfo& held, const v1::Manifest& notice,
                              const governance::Register& reg) {
  const auto* definition = reg.FindDefinition(notice.dataset(), notice.standard_id());
  if (definition == nullptr) return {};
  return query::NotHeldIn(held.layout, definition->standard);
}

bool IsTrue(const v1::Manifest& notice, const governance::Register& reg,
            const storage::TableStore& tables) {
  const auto held = tables.Describe(notice.dataset());
  if (absl::IsNotFound(held.status())) return notice.epoch() == 0;
  const bool defined = held.ok() && (held->definition == Hash32() ||
                                     held->definition.view() == notice.standard_id());
  return held.ok() && defined && held->edition == notice.epoch() &&
         NotHeld(*held, notice, reg) ==
             std::set<std::string>(notice.not_held().begin(), notice.not_held().end()) &&
         governance::LeftOutPercent(held->rows, held->rejected) == notice.left_out_percent();
}

}  // namespace

v1::Envelope WithNodeSignature(v1::Envelope envelope, const Home& home,
                               const governance::Register& reg, const storage::TableStore& tables) {
  if (envelope.payload_type() != governance::kinds::kManifest) return envelope;
  const auto document = governance::OpenDocument(envelope);
  if (!document.ok() || absl::string_view(document->header->issuer()) != home.org.view()) {
    return envelope;
  }
  const governance::Organisation* own = reg.FindMember(home.org);
  const auto& stewards = (own == nullptr ? home.root : own->root).stewards();
  if (std::any_of(stewards.begin(), stewards.end(),
                  [&](const std::string& key) { return document->SignedBy(key); }) &&
      IsTrue(document->As<v1::Manifest>(), reg, tables)) {
    governance::AddSignature(envelope, home.node_key);
  }
  return envelope;
}

}  // namespace commons::node
