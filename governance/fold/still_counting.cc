#include "governance/fold/still_counting.h"

namespace commons::governance {

std::set<PublicKey> StillCounting(const Document& document,
                                  const std::map<PublicKey, uint64_t>& revoked, uint64_t index) {
  std::set<PublicKey> signers = document.signers;
  std::erase_if(signers, [&](const PublicKey& key) {
    const auto found = revoked.find(key);
    return found != revoked.end() && index >= found->second;
  });
  return signers;
}

}  // namespace commons::governance
