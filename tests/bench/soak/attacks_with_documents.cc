// What the hostile member writes into its own log, and into others'.
#include <algorithm>
#include <list>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "clients/office/daemon/local_client.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/register/next_header.h"
#include "tests/attacks/intruder.h"
#include "tests/attacks/papers.h"
#include "tests/bench/soak/attacks.h"

namespace commons::soak {
namespace {

namespace kinds = governance::kinds;
using attacks::Intruder;

constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr absl::Duration kPatience = absl::Seconds(60);

// Any decision that the commons took.
v1::Resolution SomeResolution(const clients::Papers& papers) {
  for (const clients::Paper& paper : papers.all()) {
    if (paper.document->kind() == kinds::kResolution) return paper.document->As<v1::Resolution>();
  }
  return {};
}

std::vector<v1::Envelope> FalsePapers(const Intruder& intruder, const clients::Papers& held) {
  const v1::Resolution real = SomeResolution(held);
  std::vector<v1::Envelope> papers = attacks::FalseCommons(intruder, held, real);
  v1::Resolution in_another_name = real;
  in_another_name.mutable_header()->set_issuer(intruder.OrgOf(kLasting).ToBytes());
  papers.push_back(attacks::Unsigned(kinds::kResolution, in_another_name));
  for (const std::string& member : kHonest) {
    papers.push_back(attacks::YesOf(
        intruder, {member, intruder.reg().commons_id(), held.reg().commons_version() + 1,
                   governance::IdOf(papers.back())}));
    papers.push_back(attacks::SignedByBoard(intruder, kinds::kOwnerPolicy,
                                            attacks::OpenRuleOf(intruder, member, kProtected)));
  }
  return papers;
}

// A decision to put a member out that nobody else said yes to, well signed.
std::vector<v1::Envelope> Suspension(const Intruder& intruder) {
  v1::Resolution resolution;
  *resolution.mutable_header() =
      governance::NextCommonsHeader(intruder.reg(), intruder.OrgOf(kHostile), intruder.clock.Now());
  resolution.set_ballot(1);
  resolution.add_items()->mutable_membership()->set_suspend(intruder.OrgOf(kLasting).ToBytes());
  return {attacks::SignedByBoard(intruder, kinds::kResolution, resolution)};
}

// What a member believes after all this is what it believed before.
void CheckBelief(Turn& turn, const std::string& member, const governance::Register& before) {
  const clients::Papers papers = attacks::PapersOf(turn.lab(), member);
  const governance::Register& now = papers.reg();
  const auto* rules = now.OwnerPolicies(now.FindMemberByName(member)->id, kProtected);
  const bool same = now.commons_id() == before.commons_id() &&
                    now.commons_version() == before.commons_version() &&
                    !now.FindMemberByName(kLasting)->suspended && rules->versions.size() == 1 &&
                    rules->versions[0].payload->rule().release() == v1::PROTECTED;
  if (!same) turn.tally.Break(member + " believes false papers");
}

std::string FalseDocuments(Turn& turn) {
  Intruder intruder(turn.lab());
  const clients::Papers before = attacks::PapersOf(turn.lab(), kFlooded);
  std::map<std::string, int> outcomes;
  do {
    for (const auto& entries : {FalsePapers(intruder, before), Suspension(intruder)}) {
      const v1::LogPage page = intruder.PageOf(kHostile, entries, intruder.node_key);
      ++outcomes[intruder.PushPages(kFlooded, {page})];
      intruder.LearnFrom(kFlooded);
    }
    const auto forged = attacks::SignedByBoard(intruder, kinds::kOwnerPolicy,
                                               attacks::OpenRuleOf(intruder, kLasting, kProtected));
    for (const std::string& member : kHonest) {
      const std::string outcome =
          intruder.PushPages(member, {intruder.PageOf(kLasting, {forged}, intruder.node_key)});
      ++outcomes["another's log: " + outcome];
      if (outcome == "ok") turn.tally.Break("an entry was taken for another's log");
    }
    for (const std::string& member : kHonest) CheckBelief(turn, member, before.reg());
    absl::SleepFor(absl::Seconds(1));
  } while (!turn.over());
  return CountsAsText(outcomes);
}

// Rules that never act, one after the other, as many as anybody takes.
std::string GrowingLog(Turn& turn) {
  Intruder intruder(turn.lab());
  std::map<std::string, int> outcomes;
  const std::string dataset = absl::StrCat("never-", absl::ToUnixMillis(absl::Now()));
  uint64_t version = 0, entries = 0;
  size_t bytes = 0, to = 0;
  DocId last;
  do {
    std::vector<v1::Envelope> batch;
    for (size_t i = 0; i < limits::kDocumentsPerBatch; ++i) {
      batch.push_back(attacks::RuleThatNeverMatures(intruder, dataset, ++version, last));
      last = governance::IdOf(batch.back());
    }
    const v1::LogPage page = intruder.PageOf(kHostile, batch, intruder.node_key);
    std::string outcome;
    while ((outcome = intruder.PushPages(kHonest[to % kHonest.size()], {page})) != "ok") {
      ++outcomes[outcome];
      if (turn.over()) break;
      ++to;
      absl::SleepFor(kLook);
    }
    ++outcomes[outcome];
    if (outcome != "ok") break;
    intruder.Took(page);
    entries += batch.size();
    bytes += page.ByteSizeLong();
  } while (!turn.over());
  turn.log_bytes = bytes;
  return absl::StrCat(entries, " entries, ", bytes >> 10, " KiB: ", CountsAsText(outcomes));
}

bool Names(const attacks::Lab& lab, const std::string& member) {
  const auto client = clients::LocalClient::Connect(lab.DirOf(member));
  const auto status = (*client)->Status(absl::Seconds(10));
  return status.ok() && status->forked_size() == 1 && status->forked(0) == kHostile;
}

// Each shows a member another entry in the same place at the same moment: whoever heard of the
// first from the others takes no second.
void ShowTwo(std::list<Intruder>& faces, int number) {
  std::vector<std::thread> both;
  size_t each = 0;
  for (Intruder& face : faces) {
    both.emplace_back([&face, number, to = kHonest[each++]] {
      face.LearnFrom(kFlooded);
      const auto rule = attacks::OwnRuleFor(face, absl::StrCat("face-", number, "-", to));
      face.PushPages(to, {face.PageOf(kHostile, {rule}, face.node_key)});
    });
  }
  for (std::thread& showing : both) showing.join();
}

std::string ShowTwoHistories(Turn& turn) {
  std::list<Intruder> faces;
  for (int i = 0; i < 2; ++i) faces.emplace_back(turn.lab());
  turn.federation.StopHostile();
  const auto all_name_it = [&] {
    return std::all_of(kHonest.begin(), kHonest.end(),
                       [&](const std::string& member) { return Names(turn.lab(), member); });
  };
  const absl::Time latest = absl::Now() + kPatience;
  int shown = 0;
  while (!all_name_it()) {
    if (absl::Now() > latest) {
      turn.tally.Break("not everybody names the member of two histories");
      break;
    }
    if (!Names(turn.lab(), kFlooded)) ShowTwo(faces, ++shown);
    absl::SleepFor(absl::Seconds(1));
  }
  Intruder& intruder = faces.front();
  intruder.LearnFrom(kFlooded);
  const auto late = attacks::OwnRuleFor(intruder, "late");
  const std::string outcome =
      intruder.PushPages(kFlooded, {intruder.PageOf(kHostile, {late}, intruder.node_key)});
  const clients::Papers papers = attacks::PapersOf(turn.lab(), kFlooded);
  const auto* rules = papers.reg().OwnerPolicies(intruder.OrgOf(kHostile), "late");
  if (rules != nullptr && rules->versions.back().matured_at != absl::InfiniteFuture()) {
    turn.tally.Break("a rule of two histories acts");
  }
  while (!turn.over()) absl::SleepFor(kLook);
  return absl::StrCat("shown ", shown, " times, a later rule: ", outcome);
}

}  // namespace

std::vector<Attack> AttacksWithDocuments() {
  return {{"false documents", FalseDocuments}, {"a growing log", GrowingLog}};
}

Attack TwoHistories() { return {"two histories", ShowTwoHistories}; }

}  // namespace commons::soak
