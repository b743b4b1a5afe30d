#include "governance/document/quorum.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/keys.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

bool SatisfiesAt(const v1::Quorum& quorum, const std::set<PublicKey>& signers, size_t depth) {
  if (quorum.k() == 0 || depth > limits::kQuorumDepth) return false;
  std::set<PublicKey> keys;
  size_t groups = 0;
  for (const v1::Quorum::Member& member : quorum.members()) {
    if (member.has_group()) {
      groups += SatisfiesAt(member.group(), signers, depth + 1);
      continue;
    }
    const auto key = PublicKey::FromBytes(member.key());
    if (key.ok() && signers.contains(*key)) keys.insert(*key);
  }
  return keys.size() + groups >= quorum.k();
}

class QuorumChecker {
 public:
  absl::Status Check(const v1::Quorum& quorum, size_t depth) {
    if (depth > limits::kQuorumDepth) return Bad("is nested too deeply");
    if (quorum.name().size() > limits::kNameBytes) return Bad("has a name that is too long");
    if (depth > 1 && quorum.name().empty()) return Bad("has a group without a name");
    if (!names_.insert(quorum.name()).second) {
      return Bad(absl::StrCat("has two groups named '", quorum.name(), "'"));
    }
    if (quorum.k() == 0 || quorum.k() > static_cast<uint32_t>(quorum.members_size())) {
      return Bad(absl::StrCat("asks for ", quorum.k(), " of ", quorum.members_size()));
    }
    for (const v1::Quorum::Member& member : quorum.members()) {
      if (absl::Status s =
              member.has_group() ? Check(member.group(), depth + 1) : Key(member.key());
          !s.ok()) {
        return s;
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Key(const std::string& bytes) {
    const auto key = PublicKey::FromBytes(bytes);
    if (!key.ok()) return Bad("has a member that is neither a key nor a group");
    if (!keys_.insert(*key).second) return Bad("names a key twice");
    if (keys_.size() > limits::kQuorumKeys) return Bad("has too many keys");
    if (!crypto::IsValidPublicKey(*key)) return Bad("has an invalid public key");
    return absl::OkStatus();
  }
  static absl::Status Bad(absl::string_view what) {
    return Refuse(v1::MALFORMED, absl::StrCat("a threshold ", what));
  }

  std::set<std::string> names_;
  std::set<PublicKey> keys_;
};

}  // namespace

bool Satisfies(const v1::Quorum& quorum, const std::set<PublicKey>& signers) {
  return SatisfiesAt(quorum, signers, 1);
}

std::set<std::string> KeysIn(const v1::Quorum& quorum) {
  std::set<std::string> keys;
  for (const v1::Quorum::Member& member : quorum.members()) {
    if (member.has_group()) {
      keys.merge(KeysIn(member.group()));
    } else {
      keys.insert(member.key());
    }
  }
  return keys;
}

absl::Status ValidateQuorum(const v1::Quorum& quorum) { return QuorumChecker().Check(quorum, 1); }

}  // namespace commons::governance
