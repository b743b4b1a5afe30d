#include "governance/fold/fold_commons.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/org_root.h"

namespace commons::governance {
namespace {

// An OrgId and a DocId are the same hash of different things; an organisation's id is its card's.
OrgId OrgOf(const Document& card) { return crypto::Retype<OrgId>(card.id); }

const std::string* SubjectOf(const v1::Resolution& resolution) {
  for (const auto& item : resolution.items()) {
    if (!item.membership().suspend().empty()) return &item.membership().suspend();
  }
  return nullptr;
}

class CommonsFolder {
 public:
  CommonsFolder(const CommonsDocument& charter, const Cards& cards, const OrgStates& orgs,
                const CommonsState* before)
      : charter_(charter), cards_(cards), orgs_(orgs), before_(before) {
    const auto& c = charter.document->As<v1::Charter>();
    if (c.threshold_denominator() > 0) {
      numerator_ = c.threshold_numerator();
      denominator_ = c.threshold_denominator();
    }
    cooling_off_ = absl::Seconds(c.cooling_off_seconds());
  }

  CommonsState Run(const std::map<DocId, CommonsDocument>& resolutions) {
    for (const auto& [id, resolution] : resolutions) {
      by_version_[resolution.document->header->version()].push_back(&resolution);
    }
    const absl::Status founded = Found();
    if (!founded.ok()) Name(charter_, founded, true);
    while (const CommonsDocument* next = NextCertified()) {
      fold_.certified.push_back(next->document->id);
      Apply(*next);
    }
    NameTheRest();
    return std::move(fold_);
  }

 private:
  void Name(const CommonsDocument& d, const absl::Status& status, bool proposal) {
    fold_.problems.push_back(MakeProblem(d.document->id, d.log, status, proposal));
  }

  absl::Status CardsComplete(const Document& document) const {
    for (const auto& card : document.cards) {
      if (!cards_.at(OrgOf(*card)).Complete()) {
        return Refuse(
            v1::UNDER_SIGNED,
            absl::StrCat("the card of '", card->As<v1::OrgRoot>().name(), "' lacks signatures"));
      }
    }
    return absl::OkStatus();
  }

  // The statement of `org` in favour of this document as this version.
  const Statement* Yes(const OrgId& org, uint64_t version, const DocId& id) const {
    const auto fold = orgs_.find(org);
    if (fold == orgs_.end()) return nullptr;
    const auto statement = fold->second->statements.find(version);
    if (statement == fold->second->statements.end()) return nullptr;
    return statement->second.yes && statement->second.document == id ? &statement->second : nullptr;
  }

  // Founders are listed as members as soon as their cards are known, so that they can reach each
  // other to found; `founded` says whether they all agreed.
  absl::Status Found() {
    const Document& charter = *charter_.document;
    RETURN_IF_ERROR(CardsComplete(charter));
    absl::Time at = charter_.seen_at;
    size_t agreed = 0;
    for (const auto& card : charter.cards) {
      const Statement* yes = Yes(OrgOf(*card), 1, charter.id);
      agreed += yes != nullptr;
      if (yes != nullptr) at = std::max(at, yes->seen_at);
    }
    for (const auto& card : charter.cards) {
      const OrgId org = OrgOf(*card);
      fold_.members.emplace(org, MakeOrganisation(org, cards_.at(org), 1, at));
    }
    if (agreed < charter.cards.size()) {
      return Refuse(v1::UNDER_SIGNED, absl::StrCat("the charter has the approval of ", agreed,
                                                   " of ", charter.cards.size(), " founders"));
    }
    fold_.founded = true;
    fold_.certified.push_back(charter.id);
    return absl::OkStatus();
  }

  bool IsNext(const Document& d) const {
    return d.header->version() == fold_.certified.size() + 1 &&
           d.header->prev(0) == fold_.certified.back().view();
  }

  // At most one candidate can be certified: each organisation has one statement, and each threshold
  // is more than half of all active members (docs/decisions/0008).
  const CommonsDocument* NextCertified() {
    const auto next = by_version_.find(fold_.certified.size() + 1);
    if (next == by_version_.end()) return nullptr;
    for (const CommonsDocument* candidate : next->second) {
      ++fold_.steps;
      if (IsNext(*candidate->document) && CertifiedAt(*candidate).ok() && Valid(*candidate).ok()) {
        return candidate;
      }
    }
    return nullptr;
  }

  // When this node had the last approval that it took.
  absl::StatusOr<absl::Time> CertifiedAt(const CommonsDocument& candidate) const {
    const Document& d = *candidate.document;
    const std::string* subject = SubjectOf(d.As<v1::Resolution>());
    uint64_t active = 0, electorate = 0;
    std::vector<absl::Time> yes, of_one_history;
    absl::Time forked_at = absl::InfiniteFuture();  // the first of those who said yes
    for (const auto& [org, member] : fold_.members) {
      if (member.suspended) continue;
      ++active;
      if (subject != nullptr && org.view() == *subject) continue;
      ++electorate;
      const Statement* statement = Yes(org, d.header->version(), d.id);
      if (statement == nullptr) continue;
      yes.push_back(statement->seen_at);
      forked_at = std::min(forked_at, statement->forked_at);
      if (statement->forked_at == absl::InfiniteFuture()) {
        of_one_history.push_back(statement->seen_at);
      }
    }
    // More than the charter's part of those who vote. Half of the members but the subject would let
    // two crossing suspensions pass; half of all is two for three members, and never one.
    const uint64_t floor = electorate * numerator_ / denominator_;
    const uint64_t needed = std::max(floor, subject != nullptr ? active / 2 : 0) + 1;
    const auto at = [&](std::vector<absl::Time>& seen) {
      if (seen.size() < needed) return absl::InfiniteFuture();
      std::sort(seen.begin(), seen.end());
      return std::max(candidate.seen_at, seen[needed - 1]);
    };
    // Who shows two histories may have said yes to another document in the other: from when that is
    // known, its yes is left out. What was certified by then stays.
    if (const absl::Time all = at(yes); all < forked_at) return all;
    if (const absl::Time certified = at(of_one_history); certified != absl::InfiniteFuture()) {
      return certified;
    }
    const size_t left_out = yes.size() - of_one_history.size();
    return Refuse(
        v1::UNDER_SIGNED,
        absl::StrCat(
            "version ", d.header->version(), " has the approval of ", of_one_history.size(), " of ",
            electorate, " members, needs ", needed,
            left_out == 0 ? "" : absl::StrCat("; ", left_out, " more have logs of two histories")));
  }

  // What depends on the state before it. One bad item spoils the whole: never half a decision.
  absl::Status Valid(const CommonsDocument& candidate) const {
    const Document& d = *candidate.document;
    RETURN_IF_ERROR(CardsComplete(d));
    if (const std::string* subject = SubjectOf(d.As<v1::Resolution>())) {
      const auto member = fold_.members.find(*OrgId::FromBytes(*subject));
      if (member == fold_.members.end()) {
        return Refuse(v1::NOT_A_MEMBER, "a suspension of an organisation that is not a member");
      }
    }
    // Names and node keys, which never look alike.
    std::map<std::string, OrgId> taken;
    for (const auto& [org, member] : fold_.members) {
      taken[member.name] = org;
      for (const std::string& key : NodeKeysOf(member.root)) taken[key] = org;
    }
    for (const auto& card : d.cards) {
      const auto& root = card->As<v1::OrgRoot>();
      std::vector<std::string> wanted = NodeKeysOf(root);
      wanted.push_back(root.name());
      for (const std::string& name : wanted) {
        if (taken.emplace(name, OrgOf(*card)).first->second != OrgOf(*card)) {
          return Refuse(v1::MALFORMED, absl::StrCat("the name or a node's key of '", root.name(),
                                                    "' is another member's"));
        }
      }
      if (root.practice() && !charter_.document->As<v1::Charter>().practice()) {
        return Refuse(v1::PRACTICE_KEY, absl::StrCat("'", root.name(), "' has practice keys"));
      }
    }
    return absl::OkStatus();
  }

  void Apply(const CommonsDocument& next) {
    const Document& d = *next.document;
    const absl::Time at = *CertifiedAt(next);
    for (const auto& card : d.cards) {
      const OrgId org = OrgOf(*card);
      // Admitting a suspended member again ends the suspension.
      fold_.members.insert_or_assign(
          org, MakeOrganisation(org, cards_.at(org), d.header->version(), at));
    }
    for (const auto& item : d.As<v1::Resolution>().items()) {
      if (item.has_policy()) {
        fold_.policies.versions.push_back(
            {d.id, std::shared_ptr<const v1::CommonsPolicy>(d.payload, &item.policy()),
             std::max(absl::FromUnixSeconds(d.header->effective_at()), at + cooling_off_), 0});
      } else if (item.item_case() == v1::Resolution::Item::kStandard) {
        auto standard = StandardOf(d.id, item.standard());
        fold_.standards.insert_or_assign(standard->standard.dataset(), standard);
      } else if (!item.membership().suspend().empty()) {
        fold_.members.at(*OrgId::FromBytes(item.membership().suspend())).suspended = true;
      }
    }
  }

  std::shared_ptr<const StandardInForce> StandardOf(const DocId& resolution,
                                                    const std::string& bytes) {
    const Hash32 id = StandardIdOf(bytes);
    auto& definition = fold_.definitions[{resolution, id}];
    if (before_ != nullptr) {
      const auto known = before_->definitions.find({resolution, id});
      if (known != before_->definitions.end()) definition = known->second;
    }
    if (definition == nullptr) {
      StandardInForce standard{id, {}, resolution};
      standard.standard.ParseFromString(bytes);
      definition = std::make_shared<const StandardInForce>(std::move(standard));
    }
    return definition;
  }

  void NameTheRest() {
    const uint64_t versions = fold_.certified.size();
    for (const auto& [version, candidates] : by_version_) {
      for (const CommonsDocument* candidate : candidates) {
        ++fold_.steps;
        const Document& d = *candidate->document;
        const bool decided = version <= versions;
        if (decided && fold_.certified[version - 1] == d.id) continue;
        if (!IsNext(d)) {
          Name(*candidate,
               Refuse(v1::OUT_OF_ORDER,
                      absl::StrCat("version ", version, " does not follow version ", versions)),
               decided);
        } else {
          const absl::Status certified = CertifiedAt(*candidate).status();
          Name(*candidate, certified.ok() ? Valid(*candidate) : certified, true);
        }
      }
    }
  }

  const CommonsDocument& charter_;
  const Cards& cards_;
  const OrgStates& orgs_;
  const CommonsState* const before_;
  uint64_t numerator_ = 2, denominator_ = 3;
  absl::Duration cooling_off_;
  std::map<uint64_t, std::vector<const CommonsDocument*>> by_version_;
  CommonsState fold_;
};

}  // namespace

CommonsState FoldCommons(const CommonsDocument& charter,
                         const std::map<DocId, CommonsDocument>& resolutions, const Cards& cards,
                         const OrgStates& orgs, const CommonsState* before) {
  return CommonsFolder(charter, cards, orgs, before).Run(resolutions);
}

}  // namespace commons::governance
