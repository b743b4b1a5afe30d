#include "governance/document/missing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/fingerprint.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

constexpr size_t kLabelShown = 60;

Missing Signature(const std::string& key) {
  Missing leaf;
  leaf.fewest = 1;
  leaf.key = key;
  return leaf;
}

Missing OfMember(const v1::Quorum::Member& member, const std::set<PublicKey>& signers) {
  if (member.has_group()) return MissingFrom(member.group(), signers);
  const auto key = PublicKey::FromBytes(member.key());
  return key.ok() && signers.count(*key) > 0 ? Missing() : Signature(member.key());
}

// The cheapest of `open`, so many: those cheaper than the dearest of them are certain, and among
// those that cost as much as it there is a choice.
Missing Cheapest(std::vector<Missing> open, size_t count) {
  std::stable_sort(open.begin(), open.end(),
                   [](const Missing& a, const Missing& b) { return a.fewest < b.fewest; });
  const size_t dearest = open[count - 1].fewest;
  Missing found;
  for (size_t i = 0; i < open.size(); ++i) {
    if (i < count) found.fewest += open[i].fewest;
    if (open[i].fewest < dearest) {
      found.all.push_back(std::move(open[i]));
    } else if (open[i].fewest == dearest) {
      found.from.push_back(std::move(open[i]));
    }
  }
  found.choose = count - found.all.size();
  if (found.choose == found.from.size()) {
    std::move(found.from.begin(), found.from.end(), std::back_inserter(found.all));
    found.from.clear();
    found.choose = 0;
  }
  const bool only_one = found.all.size() == 1 && found.choose == 0;
  if (!only_one) return found;
  Missing one = std::move(found.all[0]);
  return one;
}

std::string SeatWords(const std::string& key, const LabelledKeys& seats) {
  for (const auto& [label, seat] : seats) {
    if (seat.view() == key) return absl::StrCat("the ", OneLine(label, kLabelShown), " seat");
  }
  return absl::StrCat("the key ", Fingerprint(key));
}

class Words {
 public:
  explicit Words(const LabelledKeys& seats) : seats_(seats) {}

  std::string Of(const Missing& missing) const {
    if (!missing.key.empty()) return SeatWords(missing.key, seats_);
    std::vector<std::string> parts = Each(missing.all);
    if (missing.choose > 0) parts.push_back(Choice(missing, !parts.empty()));
    return absl::StrJoin(parts, " and ");
  }

 private:
  std::vector<std::string> Each(const std::vector<Missing>& list) const {
    std::vector<std::string> parts;
    for (const Missing& one : list) parts.push_back(InBrackets(one));
    return parts;
  }

  std::string InBrackets(const Missing& missing) const {
    const bool listed = missing.all.empty() && missing.choose > 1;  // in brackets of its own
    const bool compound = !listed && missing.all.size() + missing.from.size() > 1;
    return compound ? absl::StrCat("(", Of(missing), ")") : Of(missing);
  }

  std::string Choice(const Missing& missing, bool beside_others) const {
    const std::string listed =
        absl::StrJoin(Each(missing.from), missing.choose == 1 ? " or " : ", ");
    if (missing.choose > 1) return absl::StrCat("any ", missing.choose, " of (", listed, ")");
    return beside_others ? absl::StrCat("(", listed, ")") : listed;
  }

  const LabelledKeys& seats_;
};

size_t Counted(const v1::Quorum& quorum, const std::set<PublicKey>& signers) {
  size_t count = 0;
  for (const v1::Quorum::Member& member : quorum.members()) {
    if (member.has_group()) {
      count += Counted(member.group(), signers);
    } else if (const auto key = PublicKey::FromBytes(member.key()); key.ok()) {
      count += signers.count(*key);
    }
  }
  return count;
}

}  // namespace

Missing MissingFrom(const v1::Quorum& quorum, const std::set<PublicKey>& signers) {
  std::vector<Missing> open;
  size_t reached = 0;
  for (const v1::Quorum::Member& member : quorum.members()) {
    Missing of = OfMember(member, signers);
    reached += of.fewest == 0;
    if (of.fewest > 0) open.push_back(std::move(of));
  }
  if (reached >= quorum.k() || open.empty()) return Missing();
  const size_t count = std::min<size_t>(quorum.k() - reached, open.size());
  return Cheapest(std::move(open), count);
}

std::string MissingWords(const Missing& missing, const LabelledKeys& seats) {
  return missing.fewest == 0 ? "" : Words(seats).Of(missing);
}

std::string SignedWords(const v1::Quorum& quorum, const std::set<PublicKey>& signers,
                        const LabelledKeys& seats) {
  const Missing missing = MissingFrom(quorum, signers);
  if (missing.fewest == 0) return "signed by all that are needed";
  const size_t count = Counted(quorum, signers);
  return absl::StrCat(count, " of ", count + missing.fewest, " signed: missing ",
                      MissingWords(missing, seats));
}

LabelledKeys SeatsOf(const v1::OrgRoot& card) {
  LabelledKeys seats;
  for (const v1::Seat& seat : card.seats()) {
    if (const auto key = PublicKey::FromBytes(seat.key()); key.ok()) {
      seats.emplace_back(seat.label(), *key);
    }
  }
  return seats;
}

}  // namespace commons::governance
