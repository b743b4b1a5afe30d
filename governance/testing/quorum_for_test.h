// For tests: seats with valid keys, and thresholds made at random from a seed.
#ifndef COMMONS_GOVERNANCE_TESTING_QUORUM_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_QUORUM_FOR_TEST_H_

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "governance/document/threshold.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// The n-th has the same key whatever its label.
inline crypto::SigningKey TestKey(size_t n) {
  return *crypto::SigningKey::FromSeed(crypto::Sha256(absl::StrCat("seat ", n)).view(),
                                       crypto::SecretKeyAccess::IKnowWhatIAmDoing());
}
inline LabelledKeys TestSeats(const std::vector<std::string>& labels) {
  LabelledKeys seats;
  for (size_t i = 0; i < labels.size(); ++i) {
    seats.emplace_back(labels[i], TestKey(i).public_key());
  }
  return seats;
}

// A valid quorum over all its seats, each once.
class QuorumMaker {
 public:
  explicit QuorumMaker(uint64_t seed, size_t seats_max = 12) : random_(seed) {
    const char* const odd[] = {"of",          "AND", "te pou",   "a\"b",
                               "back\\slash", "1",   "\xc4\x81", "x,(y)"};
    std::vector<std::string> labels;
    for (size_t i = 0, n = 1 + Below(seats_max); i < n; ++i) {
      labels.push_back(i < std::size(odd) && Below(3) == 0 ? odd[i] : absl::StrCat("seat-", i));
    }
    seats_ = TestSeats(labels);
  }

  const LabelledKeys& seats() const { return seats_; }
  v1::Quorum Quorum() {
    left_ = seats_.size();
    named_ = 0;
    v1::Quorum quorum = Group(1, left_);
    if (Below(2) == 0) quorum.set_name("board");
    return quorum;
  }
  std::set<PublicKey> Signers() {
    std::set<PublicKey> signers;
    for (const auto& seat : seats_) {
      if (Below(2) == 0) signers.insert(seat.second);
    }
    return signers;
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  v1::Quorum Group(size_t depth, size_t keys) {
    v1::Quorum quorum;
    if (depth > 1)
      quorum.set_name(Below(4) == 0 ? absl::StrCat("te r\xc5\x8dpu ", ++named_)
                                    : absl::StrCat("g", ++named_));
    while (keys > 0) {
      const size_t part = 1 + Below(keys);
      if (depth < limits::kQuorumDepth && Below(2) == 0) {
        *quorum.add_members()->mutable_group() = Group(depth + 1, part);
        keys -= part;
      } else {
        quorum.add_members()->set_key(seats_[--left_].second.ToBytes());
        --keys;
      }
    }
    quorum.set_k(static_cast<uint32_t>(1 + Below(static_cast<size_t>(quorum.members_size()))));
    return quorum;
  }

  std::mt19937_64 random_;
  LabelledKeys seats_;
  size_t left_ = 0, named_ = 0;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_QUORUM_FOR_TEST_H_
