#include "governance/review/card_changes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/ids.h"
#include "governance/document/fingerprint.h"
#include "governance/document/quorum.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

using Keys = google::protobuf::RepeatedPtrField<std::string>;

// Every set of so many seats is tried; of more, only the fewest that decide are compared.
constexpr size_t kSeatsTried = 12;

size_t Fewest(const v1::Quorum& quorum) {
  std::vector<size_t> costs;
  for (const v1::Quorum::Member& member : quorum.members()) {
    costs.push_back(member.has_group() ? Fewest(member.group()) : 1);
  }
  std::sort(costs.begin(), costs.end());
  size_t sum = 0;
  for (size_t i = 0; i < quorum.k() && i < costs.size(); ++i) sum += costs[i];
  return sum;
}

std::string Named(const std::vector<const v1::Seat*>& seats) {
  return absl::StrJoin(seats, " and ", [](std::string* out, const v1::Seat* seat) {
    absl::StrAppend(out, "'", Shown(seat->label()), "'");
  });
}

std::string Prints(const std::vector<std::string>& keys) {
  return absl::StrJoin(keys, "; ", [](std::string* out, const std::string& key) {
    absl::StrAppend(out, Fingerprint(key));
  });
}

std::vector<std::string> Without(const Keys& keys, const Keys& others) {
  std::vector<std::string> left;
  for (const std::string& key : keys) {
    if (std::find(others.begin(), others.end(), key) == others.end()) left.push_back(key);
  }
  return left;
}

// A seat that stays: by its key, or by its label with another key.
struct Stays {
  const v1::Seat* before;
  const v1::Seat* after;
};

class Comparison {
 public:
  Comparison(const v1::OrgRoot& before, const v1::OrgRoot& after) : before_(before), after_(after) {
    Match();
  }

  std::vector<CardChange> Run() {
    CompareSeats();
    CompareBoards();
    CompareKeys();
    CompareEnds();
    std::stable_partition(changes_.begin(), changes_.end(),
                          [](const CardChange& change) { return change.wider; });
    return std::move(changes_);
  }

 private:
  void Say(bool wider, std::string words) { changes_.push_back({wider, std::move(words)}); }

  void Match() {
    std::map<std::string, const v1::Seat*> by_key, by_label;
    for (const v1::Seat& seat : before_.seats()) {
      by_key[seat.key()] = &seat;
      by_label[seat.label()] = &seat;
    }
    std::set<const v1::Seat*> taken;
    for (const auto& [index, name] :
         {std::pair(&by_key, &v1::Seat::key), std::pair(&by_label, &v1::Seat::label)}) {
      for (const v1::Seat& seat : after_.seats()) {
        const auto was = index->find((seat.*name)());
        if (was == index->end() || IsMatched(seat) || !taken.insert(was->second).second) continue;
        stays_.push_back({was->second, &seat});
      }
    }
    for (const v1::Seat& seat : after_.seats()) {
      if (!IsMatched(seat)) comes_.push_back(&seat);
    }
    for (const v1::Seat& seat : before_.seats()) {
      if (!taken.contains(&seat)) goes_.push_back(&seat);
    }
  }
  bool IsMatched(const v1::Seat& seat) const {
    return std::any_of(stays_.begin(), stays_.end(),
                       [&](const Stays& stays) { return stays.after == &seat; });
  }

  void CompareSeats() {
    for (const v1::Seat* seat : comes_) {
      Say(false, absl::StrCat("the seat ", Named({seat}), " comes in, ", Fingerprint(seat->key())));
    }
    for (const v1::Seat* seat : goes_)
      Say(false, absl::StrCat("the seat ", Named({seat}), " goes"));
    for (const auto& [before, after] : stays_) {
      if (before->label() != after->label()) {
        Say(false, absl::StrCat("the seat ", Named({before}), " is called ", Named({after})));
      }
      if (before->key() != after->key()) {
        Say(false, absl::StrCat("the seat ", Named({after}), " has another key, ",
                                Fingerprint(after->key()), "; was ", Fingerprint(before->key())));
      }
    }
  }

  void CompareBoards() {
    const size_t was = Fewest(before_.board()), is = Fewest(after_.board());
    if (is < was) Say(true, absl::StrCat(is, " signature(s) can decide; until now it takes ", was));
    if (is > was) Say(false, absl::StrCat("it takes ", is, " signatures to decide; was ", was));
    if (const auto few = WhoNewlyDecide()) {
      Say(true, absl::StrCat(Named(*few), few->size() == 1 ? " alone" : " together",
                             " could then decide everything; until now not"));
    }
    std::set<PublicKey> newcomers;
    for (const v1::Seat* seat : comes_) newcomers.insert(*PublicKey::FromBytes(seat->key()));
    if (Satisfies(after_.board(), newcomers)) {
      Say(true, absl::StrCat("those who come in, ", Named(comes_),
                             ", could decide without anybody who was there before"));
    }
    if (is == was && Shape(before_.board()) != Shape(after_.board())) {
      Say(false, "the board decides by other groups; see 'board decides by'");
    }
  }

  // The fewest of those who stay for whom the new board is enough and the old one was not.
  std::optional<std::vector<const v1::Seat*>> WhoNewlyDecide() const {
    if (stays_.size() > kSeatsTried) return std::nullopt;
    std::optional<std::vector<const v1::Seat*>> fewest;
    for (uint32_t which = 1; which < (1u << stays_.size()); ++which) {
      std::set<PublicKey> before, after;
      std::vector<const v1::Seat*> seats;
      for (size_t i = 0; i < stays_.size(); ++i) {
        if ((which >> i & 1) == 0) continue;
        before.insert(*PublicKey::FromBytes(stays_[i].before->key()));
        after.insert(*PublicKey::FromBytes(stays_[i].after->key()));
        seats.push_back(stays_[i].after);
      }
      if (fewest && fewest->size() <= seats.size()) continue;
      if (Satisfies(after_.board(), after) && !Satisfies(before_.board(), before)) fewest = seats;
    }
    return fewest;
  }

  // A threshold without its keys.
  static std::string Shape(const v1::Quorum& quorum) {
    std::vector<std::string> members;
    for (const v1::Quorum::Member& member : quorum.members()) {
      members.push_back(member.has_group() ? Shape(member.group()) : "");
    }
    std::sort(members.begin(), members.end());
    return absl::StrCat(quorum.k(), " of ", quorum.name(), "[", absl::StrJoin(members, ","), "]");
  }

  void CompareKeys() {
    const auto say = [&](bool wider, const std::vector<std::string>& keys, absl::string_view what) {
      if (!keys.empty()) Say(wider, absl::StrCat(keys.size(), what, Prints(keys)));
    };
    say(true, Without(before_.guardians(), after_.guardians()),
        " guardian key(s) may not stop answers any more: ");
    say(false, Without(after_.guardians(), before_.guardians()),
        " guardian key(s) more may stop answers at once: ");
    say(true, Without(after_.stewards(), before_.stewards()),
        " steward key(s) more may publish editions: ");
    say(false, Without(before_.stewards(), after_.stewards()),
        " steward key(s) may not publish editions any more: ");
  }

  void CompareEnds() {
    const int64_t was = before_.header().expires_at(), is = after_.header().expires_at();
    if (is != was) {
      const bool longer = was != 0 && (is == 0 || is > was);
      Say(longer, absl::StrCat("the card ends: ", Day(is), "; was ", Day(was)));
    }
    if (before_.recovery().SerializeAsString() == after_.recovery().SerializeAsString()) return;
    if (after_.has_recovery()) {
      Say(true, "others than before are named for replacing lost keys");
    } else {
      Say(false, "nobody is named any more for replacing lost keys");
    }
  }

  const v1::OrgRoot& before_;
  const v1::OrgRoot& after_;
  std::vector<Stays> stays_;
  std::vector<const v1::Seat*> comes_, goes_;
  std::vector<CardChange> changes_;
};

}  // namespace

std::vector<CardChange> CardChangesBetween(const v1::OrgRoot& before, const v1::OrgRoot& after) {
  return Comparison(before, after).Run();
}

}  // namespace commons::governance
