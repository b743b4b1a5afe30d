#include "governance/review/grouping_changes.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "governance/review/column_words.h"
#include "governance/review/screen.h"
#include "governance/review/standard_words.h"

namespace commons::governance {
namespace {

// The value of each code's group, by the code.
std::map<std::string, std::string> GroupsByCode(const v1::Grouping& grouping,
                                                const v1::Column& column) {
  std::map<std::string, std::string> groups;
  for (int i = 0; i < grouping.group_of_size() && i < column.codes_size(); ++i) {
    const int group = static_cast<int>(grouping.group_of(i));
    if (group < grouping.groups_size()) {
      groups[column.codes(i).value()] = grouping.groups(group).value();
    }
  }
  return groups;
}

std::map<std::string, const v1::Code*> GroupsByValue(const v1::Grouping& grouping) {
  std::map<std::string, const v1::Code*> groups;
  for (const v1::Code& group : grouping.groups()) groups[group.value()] = &group;
  return groups;
}

// One grouping of the same name in both.
class Comparison {
 public:
  Comparison(const v1::Grouping& was, const v1::Column& before, const v1::Grouping& now,
             const v1::Column& after, std::vector<GroupingChange>* out)
      : was_(was), before_(before), now_(now), after_(after), out_(out) {}

  void Run() {
    if (google::protobuf::util::MessageDifferencer::Equals(was_, now_)) return;
    const size_t told = out_->size();
    const std::string title = TextWords(was_.title()), other = TextWords(now_.title());
    if (title != other) {
      Add(absl::StrCat("title: ", other.empty() ? "none" : other, "; was ",
                       title.empty() ? "none" : title));
    }
    Groups();
    Codes();
    if (out_->size() == told) Add("its groups are in another order");
  }

 private:
  void Add(absl::string_view what, bool warn = false) {
    out_->push_back({absl::StrCat("grouping ", Shown(now_.name()), ": ", what), warn});
  }

  void Groups() {
    const auto old = GroupsByValue(was_), fresh = GroupsByValue(now_);
    for (const auto& [value, group] : fresh) {
      const auto known = old.find(value);
      if (known == old.end()) {
        Add(absl::StrCat("new group ", CodeWords(*group)));
      } else if (known->second->label() != group->label()) {
        Add(absl::StrCat(CodeWords(*known->second), " becomes ", CodeWords(*group)), true);
      }
    }
    for (const auto& [value, group] : old) {
      if (fresh.count(value) == 0) Add(absl::StrCat("no group ", CodeWords(*group), " any more"));
    }
  }

  // A group that takes another code is no longer what its name said.
  void Codes() {
    const auto old = GroupsByCode(was_, before_);
    for (const auto& [code, group] : GroupsByCode(now_, after_)) {
      const auto known = old.find(code);
      if (known == old.end() || known->second == group) continue;
      Add(absl::StrCat("the code ", ShownWhole(code), " was in ", ShownWhole(known->second),
                       " and is in ", ShownWhole(group), " now"),
          true);
    }
  }

  const v1::Grouping& was_;
  const v1::Column& before_;
  const v1::Grouping& now_;
  const v1::Column& after_;
  std::vector<GroupingChange>* const out_;
};

}  // namespace

std::vector<GroupingChange> CompareGroupings(const v1::Column& before, const v1::Column& after) {
  std::vector<GroupingChange> out;
  std::map<std::string, const v1::Grouping*> old;
  for (const v1::Grouping& grouping : before.groupings()) old[grouping.name()] = &grouping;
  for (const v1::Grouping& grouping : after.groupings()) {
    const auto known = old.find(grouping.name());
    if (known == old.end()) {
      out.push_back({absl::StrCat("new grouping ", GroupingWords(grouping))});
      continue;
    }
    Comparison(*known->second, before, grouping, after, &out).Run();
    old.erase(known);
  }
  for (const auto& [name, grouping] : old) {
    out.push_back({absl::StrCat("no grouping ", Shown(name), " any more")});
  }
  return out;
}

}  // namespace commons::governance
