#include "governance/register/next_header.h"

#include "governance/document/chains.h"

namespace commons::governance {
namespace {

v1::Header Header(const CommonsId& commons, const OrgId& issuer, absl::string_view chain,
                  const ChainTip& tip, absl::Time now) {
  v1::Header header;
  header.set_commons_id(commons.ToBytes());
  header.set_issuer(issuer.ToBytes());
  header.set_chain(chain.data(), chain.size());
  header.set_version(tip.version + 1);
  if (tip.version > 0) header.add_prev(tip.id.ToBytes());
  header.set_issued_at(absl::ToUnixSeconds(now));
  header.set_effective_at(absl::ToUnixSeconds(now));
  return header;
}

}  // namespace

v1::Header NextHeader(const Register& reg, const OrgId& issuer, absl::string_view chain,
                      absl::Time now) {
  return Header(reg.commons_id(), issuer, chain, reg.TipOf(issuer, chain), now);
}

v1::Header NextCommonsHeader(const Register& reg, const OrgId& issuer, absl::Time now) {
  return Header(reg.commons_id(), issuer, kCommonsChain,
                {reg.commons_version(), reg.commons_head()}, now);
}

v1::Header GenesisHeader(absl::string_view chain, crypto::RandomSource& random, absl::Time now) {
  v1::Header header = Header(CommonsId(), OrgId(), chain, {}, now);
  header.set_nonce(random.Bytes(32));
  return header;
}

}  // namespace commons::governance
