#include "query/question/owners.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace commons::query {
namespace {

using Organisation = governance::Organisation;

constexpr absl::string_view kNoNotice = "no notice of holdings in force",
                            kNoMore = "holds it no more";
constexpr size_t kNamed = 10;  // in a sentence

const v1::Manifest* NewestNotice(const governance::Register& reg, const Organisation& member,
                                 absl::string_view dataset) {
  const auto* notices = reg.Manifests(member.id, dataset);
  if (notices == nullptr || notices->versions.empty()) return nullptr;
  return notices->versions.back().payload.get();
}

bool Holds(const v1::Manifest* notice) { return notice != nullptr && notice->epoch() != 0; }

std::string Names(std::vector<std::string> names) {
  const size_t more = names.size() - std::min(names.size(), kNamed);
  names.resize(names.size() - more);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more") : "");
}

}  // namespace

std::vector<const Organisation*> OwnersOf(const governance::Register& reg,
                                          absl::string_view dataset) {
  std::vector<const Organisation*> owners;
  if (reg.FindStandard(dataset) == nullptr) return owners;
  for (const auto& [id, member] : reg.members()) {
    if (member.active() && Holds(NewestNotice(reg, member, dataset))) owners.push_back(&member);
  }
  return owners;
}

std::vector<v1::NotHolding> NotHoldingOf(const governance::Register& reg,
                                         absl::string_view dataset) {
  std::map<std::string, absl::string_view> why;
  for (const auto& [id, member] : reg.members()) {
    const v1::Manifest* notice = NewestNotice(reg, member, dataset);
    if (!member.active() || Holds(notice)) continue;
    why[member.name] = notice == nullptr ? kNoNotice : kNoMore;
  }
  std::vector<v1::NotHolding> members;
  for (const auto& [name, words] : why) {
    v1::NotHolding& member = members.emplace_back();
    member.set_member(name);
    member.set_why(std::string(words));
  }
  return members;
}

std::string NotHoldingWords(const std::vector<v1::NotHolding>& members) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const v1::NotHolding& member : members) by_reason[member.why()].push_back(member.member());
  std::vector<std::string> words;
  for (auto why = by_reason.rbegin(); why != by_reason.rend(); ++why) {
    words.push_back(absl::StrCat(why->first, ": ", Names(std::move(why->second))));
  }
  return absl::StrJoin(words, "; ");
}

const governance::StandardInForce* StandardOf(const governance::Register& reg,
                                              const v1::Question& question) {
  const auto* standard = reg.FindStandard(question.dataset());
  const bool same =
      standard != nullptr && absl::string_view(question.standard_id()) == standard->id.view();
  return same ? standard : nullptr;
}

}  // namespace commons::query
