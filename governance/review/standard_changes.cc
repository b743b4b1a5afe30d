#include "governance/review/standard_changes.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "governance/review/column_words.h"
#include "governance/review/grouping_changes.h"
#include "governance/review/screen.h"
#include "governance/review/standard_words.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

// Compares one column of two versions, its codes first: a table's groups are these.
class ColumnComparison {
 public:
  ColumnComparison(const v1::Column& before, const v1::Column& after, const Register* reg,
                   StandardChanges& found)
      : before_(before), after_(after), reg_(reg), found_(found) {
    for (const v1::Code& code : before.codes()) {
      old_[code.value()] = &code;
      labelled_.emplace(LabelOf(code), &code);
    }
    for (const v1::Code& code : after.codes()) new_[code.value()] = &code;
  }

  void Run() {
    if (google::protobuf::util::MessageDifferencer::Equals(before_, after_)) return;
    const size_t told = found_.changes.size();
    Role();
    Codes();
    Owners();
    Groupings();
    Finer();
    for (const ColumnAspect& aspect : ColumnAspects()) Compare(aspect);
    if (found_.changes.size() == told) Change("its texts, or their order");
  }

 private:
  void Change(absl::string_view what) {
    found_.changes.push_back(absl::StrCat(Shown(after_.name()), ": ", what));
  }
  // A change that a board should not pass over.
  void Warn(absl::string_view what) {
    Change(what);
    found_.warnings.push_back(absl::StrCat("column '", Shown(after_.name()), "': ", what));
  }

  void Role() {
    if (before_.role() == after_.role()) return;
    const std::string words =
        absl::StrCat("was: ", RoleWords(before_.role()), "; now: ", RoleWords(after_.role()));
    if (!IsQueryable(before_) && IsQueryable(after_)) {
      Warn(absl::StrCat("could not be asked about and now can; ", words));
    } else {
      Change(words);
    }
  }

  void Codes() {
    const size_t told = found_.changes.size();
    for (const v1::Code& code : after_.codes()) {
      const auto known = old_.find(code.value());
      if (known == old_.end()) {
        Change(absl::StrCat("added ", CodeWords(code)));
      } else if (LabelOf(*known->second) != LabelOf(code)) {
        Change(absl::StrCat(CodeWords(*known->second), " becomes ", CodeWords(code)));
      }
      Moved(code);
    }
    for (const v1::Code& code : before_.codes()) {
      if (new_.count(code.value()) == 0) Change(absl::StrCat("removed ", CodeWords(code)));
    }
    if (found_.changes.size() > told) return;
    for (int i = 0; i < after_.codes_size(); ++i) {
      if (after_.codes(i).value() == before_.codes(i).value()) continue;
      return Change("its codes are in another order");
    }
  }

  // A label that stood for another code: answers go on reading as before and mean something else.
  void Moved(const v1::Code& code) {
    const auto was = labelled_.find(LabelOf(code));
    if (was == labelled_.end() || was->second->value() == code.value()) return;
    found_.warnings.push_back(absl::StrCat("column '", Shown(after_.name()), "': '",
                                           ShownWhole(LabelOf(code)), "' stood for the code ",
                                           ShownWhole(was->second->value()), " and stands for ",
                                           ShownWhole(code.value()), " now"));
  }

  // What one organisation alone can have, and nobody may ask for by itself.
  void Owners() {
    for (const auto& [value, was] : old_) {
      const auto now = new_.find(value);
      const std::string owner = now == new_.end() ? "" : now->second->exclusive_org();
      if (was->exclusive_org().empty() || was->exclusive_org() == owner) continue;
      Warn(absl::StrCat(CodeWords(*was), " belonged to ", NameOf(was->exclusive_org(), reg_),
                        " alone and ",
                        owner.empty() ? "does so no longer"
                                      : absl::StrCat("belongs to ", NameOf(owner, reg_), " now")));
    }
    for (const auto& [value, now] : new_) {
      const auto was = old_.find(value);
      if (now->exclusive_org().empty()) continue;
      if (was != old_.end() && !was->second->exclusive_org().empty()) continue;
      Change(absl::StrCat(CodeWords(*now), " belongs to ", NameOf(now->exclusive_org(), reg_),
                          " alone now"));
    }
  }

  void Groupings() {
    for (const GroupingChange& change : CompareGroupings(before_, after_)) {
      change.warn ? Warn(change.what) : Change(change.what);
    }
  }

  void Finer() {
    if (GroupsPerYear(after_.period_unit()) > GroupsPerYear(before_.period_unit()) &&
        GroupsPerYear(before_.period_unit()) > 0) {
      found_.warnings.push_back(
          absl::StrCat("column '", Shown(after_.name()), "': shorter periods, so smaller groups"));
    }
    if (before_.breaks_size() > 1 && after_.breaks_size() > before_.breaks_size()) {
      found_.warnings.push_back(
          absl::StrCat("column '", Shown(after_.name()), "': more bands, so smaller groups"));
    }
    if (before_.max_responses() == after_.max_responses()) return;
    Warn(absl::StrCat("a row may be in ", std::max(after_.max_responses(), 1u),
                      " groups, which decides what a question grouped by it costs; was ",
                      std::max(before_.max_responses(), 1u)));
  }

  void Compare(const ColumnAspect& aspect) {
    const std::string was = aspect.value(before_), now = aspect.value(after_);
    if (was == now) return;
    Change(absl::StrCat(aspect.name, ": ", now.empty() ? "none" : now, "; was ",
                        was.empty() ? "none" : was));
  }

  const v1::Column& before_;
  const v1::Column& after_;
  const Register* const reg_;
  StandardChanges& found_;
  std::map<std::string, const v1::Code*> old_, new_, labelled_;
};

class StandardComparison {
 public:
  StandardComparison(const v1::Standard& before, const v1::Standard& after, const Register* reg)
      : before_(before), after_(after), reg_(reg) {}

  StandardChanges Run() {
    People();
    Warned("what is counted", before_.unit(), after_.unit());
    Warned("how long rows are kept", before_.retention(), after_.retention());
    Warned("by whose consent", before_.consent_basis(), after_.consent_basis());
    Purposes();
    Said("title", TextWords(before_.title()), TextWords(after_.title()));
    Said("description", TextWords(before_.description()), TextWords(after_.description()));
    Columns();
    if (found_.changes.empty() &&
        !google::protobuf::util::MessageDifferencer::Equals(before_, after_)) {
      found_.changes.push_back("the order of its columns");
    }
    return std::move(found_);
  }

 private:
  bool Said(absl::string_view name, const std::string& was, const std::string& now) {
    if (was == now) return false;
    found_.changes.push_back(absl::StrCat(name, ": ",
                                          now.empty() ? "nothing said" : ShownWhole(now), "; was ",
                                          was.empty() ? "nothing said" : ShownWhole(was)));
    return true;
  }
  void Warned(absl::string_view name, const std::string& was, const std::string& now) {
    if (Said(name, was, now)) found_.warnings.push_back(found_.changes.back());
  }

  void People() {
    const std::string was = PersonWords(before_), now = PersonWords(after_);
    if (was == now) return;
    found_.changes.push_back(absl::StrCat("people: ", now));
    found_.warnings.push_back(absl::StrCat(
        "people are told apart differently, which decides what a question costs; before: ", was));
  }

  void Purposes() {
    const std::set<std::string> was(before_.purposes().begin(), before_.purposes().end());
    const std::set<std::string> now(after_.purposes().begin(), after_.purposes().end());
    if (was == now) return;
    const auto words = [](const std::set<std::string>& purposes) {
      return purposes.empty() ? std::string("any that an owner names")
                              : absl::StrJoin(purposes, ", ", [](std::string* out, const auto& p) {
                                  out->append(ShownWhole(p));
                                });
    };
    found_.changes.push_back(absl::StrCat("purposes: ", words(now), "; were ", words(was)));
    const bool wider = !was.empty() && (now.empty() || !absl::c_includes(was, now));
    if (wider) found_.warnings.push_back(absl::StrCat("WIDER: ", found_.changes.back()));
  }

  static std::string AddedWords(const v1::Column& column) {
    return absl::StrCat("column '", Shown(column.name()),
                        "': new, and can be asked about where an owner holds it and its rules "
                        "allow every column");
  }

  void Columns() {
    std::map<std::string, const v1::Column*> old;
    for (const v1::Column& column : before_.columns()) old[column.name()] = &column;
    for (const v1::Column& column : after_.columns()) {
      const auto known = old.find(column.name());
      if (known == old.end()) {
        found_.changes.push_back(
            absl::StrCat(Shown(column.name()), ": new; ", RoleWords(column.role())));
        if (IsQueryable(column)) found_.warnings.push_back(AddedWords(column));
        continue;
      }
      ColumnComparison(*known->second, column, reg_, found_).Run();
      old.erase(known);
    }
    for (const auto& [name, column] : old) {
      found_.changes.push_back(absl::StrCat(Shown(name), ": gone"));
    }
  }

  const v1::Standard& before_;
  const v1::Standard& after_;
  const Register* const reg_;
  StandardChanges found_;
};

}  // namespace

StandardChanges CompareStandards(const v1::Standard& before, const v1::Standard& after,
                                 const Register* reg) {
  return StandardComparison(before, after, reg).Run();
}

}  // namespace commons::governance
