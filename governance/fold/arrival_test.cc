// In whatever order logs and sets come, entry by entry, the register says the same in the end, but
// for when a node saw what. Seen to fail with a lift that ends only freezes that came before it,
// and with a log that is not folded anew.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/testing/history_for_test.h"
#include "governance/testing/register_words_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// The next entry of a log, or a document of its set.
struct Arrival {
  OrgId org;
  const SetEntry* beside = nullptr;
};

std::vector<Arrival> ArrivalsOf(const TestCommons& c) {
  std::vector<Arrival> arrivals;
  for (const auto& [org, log] : c.logs) {
    arrivals.insert(arrivals.end(), log.entries.size(), {org});
    if (log.sets == nullptr) continue;
    for (const auto& [id, entry] : *log.sets) arrivals.push_back({org, &entry});
  }
  return arrivals;
}

class Node {
 public:
  explicit Node(const TestCommons& source) : source_(source), now_(source.now) {}

  void Take(const Arrival& arrival) {
    now_ += absl::Minutes(1);
    OrgLog& log = ChangeIn(logs_, arrival.org);
    if (arrival.beside != nullptr) {
      PutIntoSet(log, arrival.beside->document->envelope, now_);
    } else {
      log.entries.push_back(source_.logs.at(arrival.org).entries[log.entries.size()]);
      log.entries.back().seen_at = now_;
    }
  }
  // As a node does, from what it had folded.
  void Fold() { folded_ = folded_.Then(logs_, source_.commons_id); }
  std::string Words() const { return WordsOf(*folded_.reg(), Times::kLeftOut); }

 private:
  const TestCommons& source_;
  absl::Time now_;
  Logs logs_;
  FoldedLogs folded_;
};

void Shuffle(std::vector<Arrival>& arrivals, SeededRandom& random) {
  for (size_t i = arrivals.size(); i > 1; --i) {
    std::swap(arrivals[i - 1], arrivals[random.Below(i)]);
  }
}

TEST(Arrival, InAnyOrderTheRegisterSaysTheSame) {
  size_t freezes = 0, versions = 0;
  for (int seed = 0; seed < 8; ++seed) {
    const std::string name = absl::StrCat("arrival ", seed);
    std::cout << "seed: " << name << "\n";
    History history(name);
    for (int step = 0; step < 50; ++step) {
      history.Say();
      history.Wait();
    }
    const Register whole = history.commons.Fold();
    versions += whole.commons_version();
    for (const auto& [org, stops] : whole.stops()) freezes += stops->freezes.size();
    SeededRandom random(name);
    std::vector<Arrival> arrivals = ArrivalsOf(history.commons);
    for (int order = 0; order < 8; ++order) {
      Shuffle(arrivals, random);
      Node node(history.commons);
      for (const Arrival& each : arrivals) {
        node.Take(each);
        if (random.Below(4) == 0) node.Fold();
      }
      node.Fold();
      ASSERT_EQ(node.Words(), WordsOf(whole, Times::kLeftOut)) << name << " order " << order;
    }
  }
  EXPECT_GT(freezes, 8u) << "something is stopped";
  EXPECT_GT(versions, 24u) << "something is decided";
}

}  // namespace
}  // namespace commons::governance
