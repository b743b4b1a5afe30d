#include "clients/cli/doc/standing.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/doc_target.h"
#include "clients/office/advice.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/card_file.h"
#include "clients/office/papers.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/words.h"
#include "governance/review/ballot_words.h"

namespace commons::clients {
namespace {

using governance::Proposal;
using governance::Register;
using Options = DocOptions;

std::string StandingWords(const Paper& paper) {
  switch (paper.standing) {
    case Paper::Standing::kCounts:
      return "counts";
    case Paper::Standing::kWaits:
      return absl::StrCat("waits: ", paper.why);
    case Paper::Standing::kNothing:
      break;
  }
  return absl::StrCat("counts for nothing: ", paper.why);
}

void PrintNotes(const Register& reg, const OrgId& own, const std::string& dir) {
  const auto notes = governance::VoteNotes(reg, own);
  if (notes.empty()) PrintOut("nothing is voted on\n");
  for (const governance::Note& note : notes) {
    PrintOut(absl::StrCat(note.what, note.remedy.empty() ? "" : "\n  ",
                          ForDirectory(note.remedy, dir), "\n"));
  }
}

absl::StatusOr<ExitCode> StatusOf(const Options& options, const Card& card) {
  ASSIGN_OR_RETURN(const Papers papers, PapersAbout(options));
  ASSIGN_OR_RETURN(const v1::RuleFile rules, FindTarget(options, &papers));
  for (const v1::Envelope& envelope : rules.envelopes()) {
    const DocId id = governance::IdOf(envelope);
    PrintOut(absl::StrCat(id.ToHex().substr(0, 16), ", ",
                          governance::KindWords(envelope.payload_type()), "\n"));
    const auto here = [&](const Paper& paper) { return paper.document->id == id; };
    if (absl::c_none_of(papers.all(), here)) {
      PrintOut(absl::StrCat("  in no log here; hand it in: commons doc submit --dir ", options.dir,
                            " ", options.target, "\n"));
    }
    for (const Paper& paper : papers.all()) {
      if (!here(paper)) continue;
      PrintOut(absl::StrCat("  in the log of ", papers.NameOf(paper.log), ": ",
                            StandingWords(paper), "\n"));
    }
    const Proposal* proposal = papers.reg().ballots().Find(id);
    if (proposal == nullptr) continue;
    for (const std::string& line :
         governance::BeforeVoting(*proposal, !proposal->against.contains(card.org), papers.reg())) {
      PrintOut(absl::StrCat("  ", line, "\n"));
    }
  }
  return kDone;
}

}  // namespace

absl::StatusOr<ExitCode> ShowStanding(const DocOptions& options) {
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  if (!options.target.empty()) return StatusOf(options, card);
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  // Of no chain but those that votes hang on, which always come.
  ASSIGN_OR_RETURN(const Papers papers, Papers::From(*client, {governance::kCommonsChain}));
  if (!papers.commons().has_value()) return absl::FailedPreconditionError(kNoCommonsYet);
  PrintNotes(papers.reg(), card.org, options.dir);
  return kDone;
}

}  // namespace commons::clients
