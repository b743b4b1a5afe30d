#include "governance/fold/fold_commons.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/fold/double_votes.h"
#include "governance/fold/fits.h"
#include "governance/fold/next_version.h"
#include "governance/fold/poll.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {
namespace {

class CommonsFolder {
 public:
  explicit CommonsFolder(const CommonsGround& ground) : ground_(ground) {}

  CommonsState Run() {
    const absl::Status founded = Found();
    if (founded.ok()) {
      GoOn();
      NameContenders();
    } else {
      Name(ground_.charter, founded, true);
    }
    NameTheRest();
    for (auto& [org, member] : fold_.members) NoteLeaving(member);
    fold_.double_votes = FindDoubleVotes(ground_.resolutions, ground_.cards, ground_.orgs);
    return std::move(fold_);
  }

 private:
  void Name(const CommonsDocument& d, const absl::Status& status, bool proposal) {
    fold_.problems.push_back(MakeProblem(d.document->id, d.log, status, proposal));
  }

  // Founders are listed as members as soon as their cards are known, so that they can reach each
  // other to found; `founded` says whether they all agreed.
  absl::Status Found() {
    const Document& charter = *ground_.charter.document;
    RETURN_IF_ERROR(CardsComplete(charter, ground_.cards));
    for (const auto& card : charter.cards) {
      const OrgId org = OrganisationOf(*card);
      fold_.members.emplace(org, MakeOrganisation(org, ground_.cards.at(org), 1, absl::Time()));
    }
    absl::Time at = ground_.charter.seen_at;
    const Proposal votes = VotesOnCharter(at);
    for (auto& [org, member] : fold_.members) member.admitted_at = at;
    if (votes.yes.size() < votes.needed) {
      fold_.ballots.version = 1;
      fold_.ballots.proposals = {votes};
      return Refuse(v1::UNDER_SIGNED,
                    absl::StrCat("the charter has the approval of ", votes.yes.size(), " of ",
                                 votes.needed, " founders"));
    }
    fold_.founded = true;
    fold_.certified.push_back(charter.id);
    return absl::OkStatus();
  }

  // It needs every founder's yes. `at` becomes the time of the last of them.
  Proposal VotesOnCharter(absl::Time& at) const {
    const Poll poll(fold_, ground_.Charter(), ground_.orgs);
    Proposal votes;
    votes.id = ground_.charter.document->id;
    votes.needed = fold_.members.size();
    for (const auto& [org, member] : fold_.members) {
      const Statement* said = poll.Of(org, 1);
      const bool yes = said != nullptr && said->yes && said->document == votes.id;
      (said == nullptr ? votes.unheard : yes ? votes.yes : votes.against).insert(org);
      if (yes) at = std::max(at, said->seen_at);
    }
    return votes;
  }

  NextVersion Next() {
    const auto candidates = ground_.by_version.find(fold_.certified.size() + 1);
    if (candidates != ground_.by_version.end()) fold_.steps += candidates->second.size();
    return NextVersion(fold_, ground_);
  }

  // Takes one version after the other. Two are certified for one version only if somebody said two
  // things in one ballot. Then that one counts on which more versions stand, so that nobody undoes
  // later what others have built on; of equal ones that of the lower ballot, then id.
  void GoOn() {
    while (true) {
      const NextVersion next = Next();
      const auto certified = next.Certified();
      if (certified.empty()) return;
      if (certified.size() > 1) return GoOnBeyond(certified);
      Take(*certified[0], next.CertifiedAt(*certified[0]));
    }
  }

  void GoOnBeyond(const std::vector<const CommonsDocument*>& certified) {
    std::optional<CommonsState> best;
    for (const CommonsDocument* candidate : certified) {
      CommonsFolder branch = *this;
      branch.Take(*candidate, branch.Next().CertifiedAt(*candidate));
      branch.GoOn();
      const bool longer = !best || branch.fold_.certified.size() > best->certified.size();
      if (longer) best.emplace(std::move(branch.fold_));
    }
    fold_ = *std::move(best);
  }

  void Take(const CommonsDocument& next, absl::Time at) {
    const Document& d = *next.document;
    fold_.certified.push_back(d.id);
    for (const std::string& departs : d.As<v1::Resolution>().departures()) {
      Depart(*OrgId::FromBytes(departs));
    }
    for (const auto& card : d.cards) {
      const OrgId org = OrganisationOf(*card);
      // Admitting a suspended member again ends the suspension.
      fold_.members.insert_or_assign(
          org, MakeOrganisation(org, ground_.cards.at(org), d.header->version(), at));
    }
    for (const auto& item : d.As<v1::Resolution>().items()) TakeItem(d, item, at);
  }

  void Depart(const OrgId& org) {
    const auto member = fold_.members.find(org);
    Former& former = fold_.former[org];
    former.last = std::move(member->second);
    ++former.departures;
    fold_.members.erase(member);
  }

  void TakeItem(const Document& d, const v1::Resolution::Item& item, absl::Time at) {
    if (item.has_policy()) {
      const absl::Time cooled = at + absl::Seconds(ground_.Charter().cooling_off_seconds());
      fold_.policies.versions.push_back(
          {d.id, std::shared_ptr<const v1::CommonsPolicy>(d.payload, &item.policy()),
           std::max(absl::FromUnixSeconds(d.header->effective_at()), cooled), 0});
    } else if (item.item_case() == v1::Resolution::Item::kStandard) {
      auto standard = StandardOf(d.id, item.standard());
      fold_.standards.insert_or_assign(standard->standard.dataset(), standard);
    } else if (!item.membership().suspend().empty()) {
      fold_.members.at(*OrgId::FromBytes(item.membership().suspend())).suspended = true;
    }
  }

  std::shared_ptr<const StandardInForce> StandardOf(const DocId& resolution,
                                                    const std::string& bytes) {
    const Hash32 id = StandardIdOf(bytes);
    auto& definition = fold_.definitions[{resolution, id}];
    if (ground_.before != nullptr) {
      const auto known = ground_.before->definitions.find({resolution, id});
      if (known != ground_.before->definitions.end()) definition = known->second;
    }
    if (definition == nullptr) {
      StandardInForce standard{id, {}, resolution};
      standard.standard.ParseFromString(bytes);
      definition = std::make_shared<const StandardInForce>(std::move(standard));
    }
    return definition;
  }

  // Its data is closed, and what it says from then on is no vote.
  void NoteLeaving(Organisation& member) {
    member.left = HasLeft(member.id, fold_, ground_.orgs);
    if (!member.left) return;
    const Poll poll(fold_, ground_.Charter(), ground_.orgs);
    const auto& said = ground_.orgs.at(member.id)->statements;
    for (auto it = said.lower_bound({poll.version(), 0});
         it != said.end() && it->first.first == poll.version(); ++it) {
      if (poll.Of(member.id, it->first.second) != nullptr) continue;
      fold_.problems.push_back(
          MakeProblem(it->second.approval->id, member.id,
                      Refuse(v1::NOT_A_MEMBER, "the organisation has left: it votes no more")));
    }
  }

  // Honest logs hold proposals that wait or that nobody needs; but none that follows another
  // version than the one before, or carries what its boards have not signed.
  void NameContenders() {
    const NextVersion next = Next();
    for (const auto& contender : next.contenders()) {
      const bool forged = ReasonOf(contender.stands) == v1::BAD_SIGNATURE;
      const bool honest = next.Follows(*contender.proposal->document) && !forged;
      Name(*contender.proposal, next.WhyNot(contender), honest);
    }
    fold_.ballots = next.Votes();
  }

  // Of versions that are decided, or not yet to be.
  void NameTheRest() {
    const uint64_t versions = fold_.certified.size();
    for (const auto& [version, candidates] : ground_.by_version) {
      if (fold_.founded && version == versions + 1) continue;
      for (const CommonsDocument* candidate : candidates) {
        ++fold_.steps;
        const bool decided = version <= versions;
        if (decided && fold_.certified[version - 1] == candidate->document->id) continue;
        Name(*candidate,
             Refuse(v1::OUT_OF_ORDER,
                    absl::StrCat("version ", version, " does not follow version ", versions)),
             decided);
      }
    }
  }

  const CommonsGround& ground_;
  CommonsState fold_;
};

}  // namespace

CommonsState FoldCommons(const CommonsDocument& charter, const CommonsDocuments& resolutions,
                         const Cards& cards, const OrgStates& orgs, const CommonsState* before) {
  CommonsGround ground{charter, resolutions, cards, orgs, before, {}};
  for (const auto& [id, resolution] : resolutions) {
    ground.by_version[resolution.document->header->version()].push_back(&resolution);
  }
  const auto ballot = [](const CommonsDocument* each) {
    return each->document->As<v1::Resolution>().ballot();
  };
  for (auto& [version, candidates] : ground.by_version) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const auto* a, const auto* b) { return ballot(a) < ballot(b); });
  }
  return CommonsFolder(ground).Run();
}

}  // namespace commons::governance
