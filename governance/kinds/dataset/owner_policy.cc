#include "governance/kinds/dataset/owner_policy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/chains.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/register/state.h"
#include "governance/review/rule_effect.h"
#include "governance/review/screen.h"
#include "governance/rules/rule_check.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::OwnerPolicy& p) { return PolicyChain(p.dataset()); }

absl::Status Check(const v1::OwnerPolicy& p) {
  if (p.dataset().size() > limits::kNameBytes) return Malformed("rules: dataset name is too long");
  if (p.cooling_off_seconds() < 0 || p.cooling_off_seconds() > kCoolingOffSecondsMax) {
    return Malformed("rules: cooling-off");
  }
  return ValidateRule(p.rule());
}

// The oldest version, but for what it asked of those behind it.
void Forget(OwnerPolicyChain& chain) {
  chain.forgotten_cooling_off_seconds = std::max(
      chain.forgotten_cooling_off_seconds, chain.versions.front().payload->cooling_off_seconds());
  chain.versions.erase(chain.versions.begin());
}

void Record(const Counted& counted, OrgState& state) {
  const auto& p = counted.document.As<v1::OwnerPolicy>();
  auto& chain = state.policies[p.dataset()];
  const auto before = chain.At(counted.seen_at);
  state.steps += before.versions.size();
  int64_t seconds = p.cooling_off_seconds();
  for (const auto& earlier : before.versions) {
    seconds = std::max(seconds, earlier.payload->cooling_off_seconds());
  }
  if (!before.opened) seconds = std::max(seconds, chain.forgotten_cooling_off_seconds);
  if (chain.versions.size() > kWaitingMax) Forget(chain);
  chain.Append(counted, absl::Seconds(seconds));
  chain.versions.back().era = state.era;
}

// The version before this one, where the register has it.
const v1::OwnerPolicy* VersionBefore(const v1::OwnerPolicy& p, const Register* reg) {
  const auto issuer = OrgId::FromBytes(p.header().issuer());
  const auto* chain =
      reg == nullptr || !issuer.ok() ? nullptr : reg->OwnerPolicies(*issuer, p.dataset());
  const v1::OwnerPolicy* before = nullptr;
  if (chain == nullptr) return before;
  for (const auto& version : chain->versions) {
    if (version.payload->header().version() < p.header().version()) {
      before = version.payload.get();
    }
  }
  return before;
}

// What a rule is hedged with: how long a wider one waits, and when it ends by itself.
void ShowHedges(const v1::OwnerPolicy* before, const v1::OwnerPolicy& p, Screen& s) {
  const auto compare = [&](absl::string_view name, bool loosens, const std::string& now,
                           const std::string& was) {
    if (now == was) return;
    s.Change(loosens ? Way::kWider : Way::kStricter, absl::StrCat(name, ": ", now, "; was ", was));
  };
  if (p.cooling_off_seconds() > 0) s.Line("wider rules wait", SpanWords(p.cooling_off_seconds()));
  if (before == nullptr) return;
  const int64_t wait = p.cooling_off_seconds(), waited = before->cooling_off_seconds();
  compare("wider rules wait", wait < waited, SpanWords(wait), SpanWords(waited));
  const int64_t end = p.header().expires_at(), ended = before->header().expires_at();
  compare("these rules end", ended > 0 && (end == 0 || end > ended), Day(end), Day(ended));
}

// What is stricter acts at once.
void ShowWait(const v1::OwnerPolicy& p, const v1::OwnerPolicy* before, const Register* reg,
              Screen& s) {
  if (reg == nullptr || !s.AnyWider()) return;
  const int64_t seconds =
      std::max({p.cooling_off_seconds(), before == nullptr ? 0 : before->cooling_off_seconds(),
                reg->charter().cooling_off_seconds()});
  if (seconds == 0) return;
  s.Line("what is wider waits", absl::StrCat(SpanWords(seconds), " from when a node has it whole"));
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::OwnerPolicy>();
  s.Title("Our rules");
  s.Line("dataset", p.dataset().empty() ? "every dataset" : Shown(p.dataset()));
  const v1::OwnerPolicy* before = VersionBefore(p, reg);
  ShowOwnerRules(p, before, reg, s);
  ShowHedges(before, p, s);
  ShowWait(p, before, reg, s);
  if (p.rule().release() == v1::OPEN) {
    s.Warn("OPEN shows exact figures to everyone and can't be undone");
    if (!p.open_describes_no_protected_records()) {
      s.Warn(
          "without the statement that no protected dataset describes the same records, the "
          "dataset stays protected");
    }
  }
}

}  // namespace

constinit const Kind kOwnerPolicyKind = {.type = kinds::kOwnerPolicy,
                                         .make = Make<v1::OwnerPolicy>,
                                         .chain = Of<v1::OwnerPolicy, ChainOf>,
                                         .check = Of<v1::OwnerPolicy, Check>,
                                         .record = Record,
                                         .show = Show};

std::string DraftOwnerPolicy(const Register& reg, const OrgId& issuer, absl::string_view dataset,
                             const v1::Rule& rule, absl::Time now) {
  v1::OwnerPolicy policy;
  *policy.mutable_header() = NextHeader(reg, issuer, PolicyChain(dataset), now);
  policy.set_dataset(std::string(dataset));
  *policy.mutable_rule() = rule;
  // What hedges the rules in force stays, unless a board takes it away by its own draft.
  if (const v1::OwnerPolicy* before = VersionBefore(policy, &reg)) {
    policy.set_cooling_off_seconds(before->cooling_off_seconds());
    const int64_t end = before->header().expires_at();
    if (end > policy.header().effective_at()) policy.mutable_header()->set_expires_at(end);
  }
  policy.set_open_describes_no_protected_records(rule.release() == v1::OPEN);
  return policy.SerializeAsString();
}

}  // namespace commons::governance
