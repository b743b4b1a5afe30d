#include "clients/cli/proposing.h"

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/review/ballot_words.h"

namespace commons::clients {
namespace {

absl::StatusOr<OrgId> MemberNamed(const std::string& name, const governance::Register& reg) {
  const governance::Organisation* member = reg.FindMemberByName(name);
  if (member != nullptr) return member->id;
  return absl::NotFoundError(absl::StrCat(name, ": no member has this name; see: commons peers"));
}

// A second proposal splits the votes, so it takes a word more.
absl::Status CheckRival(const governance::Proposal& open, bool rival,
                        const governance::Register& reg) {
  const std::string words =
      absl::StrCat(governance::ProposalWords(open, reg),
                   " can still be decided: ", governance::VotesWords(open, reg));
  if (rival) {
    Warn(absl::StrCat("warning: ", words));
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      words, "; a second one splits the votes; say yes to this one (commons doc approve ",
      open.id.ToHex().substr(0, 16), "), or add --rival"));
}

}  // namespace

absl::Status AddMembership(const DocOptions& options, const governance::Register& reg,
                           v1::Resolution& resolution) {
  std::set<std::string> departures;
  for (const std::string& name : options.departures) {
    ASSIGN_OR_RETURN(const OrgId org, MemberNamed(name, reg));
    departures.insert(org.ToBytes());
  }
  for (const std::string& org : departures) resolution.add_departures(org);
  if (options.suspend.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const OrgId org, MemberNamed(options.suspend, reg));
  if (!resolution.items().empty() || !departures.empty()) {
    return absl::InvalidArgumentError("--suspend stands alone: who is suspended has no vote on it");
  }
  resolution.add_items()->mutable_membership()->set_suspend(org.ToBytes());
  return absl::OkStatus();
}

absl::Status CheckRivals(const DocOptions& options, const governance::Register& reg) {
  for (const governance::Proposal* open : governance::RivalsOf(DocId(), reg)) {
    RETURN_IF_ERROR(CheckRival(*open, options.rival, reg));
  }
  const governance::Ballots& ballots = reg.ballots();
  if (options.suspend.empty() && ballots.spent() && ballots.proposals.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "version ", ballots.version, " needs ", ballots.needed,
        " votes, and only these are there: ", governance::NamesOf(ballots.unheard, reg),
        "; suspend a seat that is left or silent first: commons doc propose --suspend NAME"));
  }
  if (options.suspend.empty() && ballots.spent()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "ballot ", ballots.ballot, " of version ", ballots.version, " can decide nothing more: ",
        ballots.needed, " must say yes, and only these have not spoken: ",
        governance::NamesOf(ballots.unheard, reg),
        "; once they have said no too, the next ballot begins: commons doc approve --no ",
        ballots.version));
  }
  if (reg.ballots().ballot > 1) {
    Warn(absl::StrCat("ballot ", reg.ballots().ballot - 1, " of version ", reg.ballots().version,
                      " can decide nothing any more; this is for ballot ", reg.ballots().ballot));
  }
  return absl::OkStatus();
}

}  // namespace commons::clients
