// Versions of one chain, and which of them are in force: docs/decisions/0003-in-force.md.
#ifndef COMMONS_GOVERNANCE_REGISTER_CHAIN_H_
#define COMMONS_GOVERNANCE_REGISTER_CHAIN_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/reign.h"

namespace commons::governance {

// Versions of one chain that count, oldest first.
template <typename Payload>
struct Chain {
  struct Version {
    DocId id;
    std::shared_ptr<const Payload> payload;  // never nullptr
    absl::Time matured_at;                   // max(effective_at, seen_at + cooling-off)
    int64_t expires_at = 0;                  // 0: never
    uint64_t era = 0;                        // of its organisation's rules: see Eras
  };
  std::vector<Version> versions;

  // The versions in force: the newest matured one and every later one; all of them when none has
  // matured in an era that is not over. Their meet is what rules, and only if `opened`.
  struct InForce {
    absl::Span<const Version> versions;
    bool opened = false;  // one has matured
  };
  InForce At(absl::Time now, const Eras& eras = {}) const {
    for (size_t i = versions.size(); i-- > 0;) {
      if (versions[i].matured_at <= now && !eras.Over(versions[i].era, now)) {
        return {absl::MakeConstSpan(versions).subspan(i), true};
      }
    }
    return {versions, false};
  }
  // expires_at of the newest version has passed.
  bool ExpiredAt(absl::Time now) const {
    return !versions.empty() && versions.back().expires_at != 0 &&
           absl::FromUnixSeconds(versions.back().expires_at) <= now;
  }

  // `own`: the strictest cooling-off that the owner asks for; lowering it waits like every
  // widening.
  void Append(const Counted& counted, absl::Duration own = absl::ZeroDuration()) {
    const v1::Header& header = *counted.document.header;
    const absl::Time cooled = counted.seen_at + std::max(counted.cooling_off, own);
    versions.push_back(
        {counted.document.id, std::static_pointer_cast<const Payload>(counted.document.payload),
         std::max(absl::FromUnixSeconds(header.effective_at()), cooled), header.expires_at()});
  }
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_CHAIN_H_
