#include "clients/cli/doc/vote.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/doc_target.h"
#include "clients/office/choice.h"
#include "clients/office/files/card_file.h"
#include "clients/office/office.h"
#include "clients/office/papers.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/id_prefix.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/review.h"
#include "governance/review/ballot_words.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::ApprovalDraft;
using governance::Document;
using governance::Proposal;
using governance::Register;
using Options = DocOptions;

std::string ShortId(const DocId& id) { return id.ToHex().substr(0, 16); }

// Whoever types it means it; a script says --yes.
absl::Status Confirm(const Options& options, const std::string& what, const std::string& answer) {
  if (options.yes) return absl::OkStatus();
  std::cerr << what << " Type " << answer << " to go on: " << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  return absl::StripAsciiWhitespace(typed) == answer
             ? absl::OkStatus()
             : absl::InvalidArgumentError("nothing was signed");
}

// ---- Yes and no

// The word that is to be said, and to what.
struct Word {
  ApprovalDraft draft;
  std::optional<Document> document;  // none: no to a ballot, whatever is proposed there
};

std::string WhatIsVotedOn(const Word& word) {
  if (!word.document.has_value()) {
    return absl::StrCat("version ", word.draft.version, " of the common rules, ballot ",
                        word.draft.ballot);
  }
  return absl::StrCat(word.document->kind() == kinds::kCharter
                          ? "the charter"
                          : absl::StrCat("version ", word.draft.version, " of the common rules"),
                      " (", ShortId(word.document->id), ")");
}

absl::StatusOr<Word> WordAbout(const Document& document, bool yes) {
  if (document.kind() == kinds::kCharter) {
    return Word{{crypto::Retype<CommonsId>(document.id), 1, 1, document.id, yes}, document};
  }
  ASSIGN_OR_RETURN(const CommonsId commons, CommonsId::FromBytes(document.header->commons_id()));
  return Word{{commons, document.header->version(), document.As<v1::Resolution>().ballot(),
               document.id, yes},
              document};
}

// `--no 3`: to whatever is proposed for version 3, in its open ballot.
absl::StatusOr<Word> NoToVersion(uint64_t version, const Papers& papers) {
  const governance::Ballots& ballots = papers.reg().ballots();
  if (!papers.commons().has_value()) return absl::FailedPreconditionError(kNoCommonsYet);
  if (version != ballots.version) {
    return absl::InvalidArgumentError(
        absl::StrCat(version, ": that version is not voted on; version ", ballots.version, " is"));
  }
  // A no to nothing would be a word in a ballot that nobody has opened, for good.
  const bool proposed =
      std::any_of(ballots.proposals.begin(), ballots.proposals.end(),
                  [&](const Proposal& proposal) { return proposal.ballot == ballots.ballot; });
  if (!proposed) {
    return absl::FailedPreconditionError(
        absl::StrCat("version ", version, ", ballot ", ballots.ballot,
                     ": nothing is proposed there, so that there is nothing to say no to; "
                     "anybody may propose now: commons doc propose"));
  }
  return Word{{*papers.commons(), version, ballots.ballot, DocId(), false}, std::nullopt};
}

absl::StatusOr<Word> ReadWord(const Options& options, const Papers& papers) {
  uint64_t version = 0;
  if (options.no && options.target.size() < governance::kIdDigitsMin &&
      absl::SimpleAtoi(options.target, &version)) {
    return NoToVersion(version, papers);
  }
  ASSIGN_OR_RETURN(const v1::RuleFile rules, FindTarget(options, &papers));
  ASSIGN_OR_RETURN(const Document document, ChooseBallot(options.target, rules, papers.reg()));
  return WordAbout(document, !options.no);
}

// What was said in that ballot before; nullptr: nothing.
const governance::Statement* SaidBefore(const Papers& papers, const OrgId& org, const Word& word) {
  if (papers.commons() != word.draft.commons) return nullptr;
  return papers.reg().StatementOf(org, {word.draft.version, word.draft.ballot});
}

bool SaysTheSame(const governance::Statement& before, const Word& word) {
  if (!word.draft.yes || !before.yes) return before.yes == word.draft.yes;
  return before.document == word.draft.document;
}

absl::Status SaidOtherwise(const governance::Statement& before, const Card& card,
                           const Word& word) {
  return absl::FailedPreconditionError(absl::StrCat(
      card.root.name(), " decided otherwise on version ", word.draft.version, " already (",
      before.yes ? absl::StrCat("yes to ", ShortId(before.document)) : "no", ", ballot ",
      word.draft.ballot, "): one organisation says one thing in one ballot, for good"));
}

// A yes that would be for nothing, or against the proposer's wish.
absl::Status WorthAYes(const Proposal& proposal, const Options& options, const Register& reg) {
  if (options.no || options.anyway || (!proposal.withdrawn && !proposal.lost())) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(governance::ProposalWords(proposal, reg), ": ",
                                                    governance::VotesWords(proposal, reg),
                                                    "; add --anyway to say yes all the same"));
}

// What people read before they sign.
void ShowBallot(const Word& word, const Proposal* proposal, const Register& reg) {
  if (word.document.has_value()) PrintOut(governance::Review(*word.document, &reg));
  if (proposal == nullptr) return;
  for (const std::string& line : governance::BeforeVoting(*proposal, word.draft.yes, reg)) {
    PrintOut(line + "\n");
  }
}

std::string AfterWords(const Word& word, const Proposal* proposal, const Card& card,
                       const Register& reg, const std::string& dir) {
  std::string words = absl::StrCat(card.root.name(), " says ", word.draft.yes ? "yes" : "no",
                                   " to ", WhatIsVotedOn(word));
  if (proposal != nullptr && word.draft.yes) {
    absl::StrAppend(&words, "; ", governance::AfterAYes(*proposal, card.org, reg));
  }
  return absl::StrCat(words, "; see: commons doc status --dir ", dir, "\n");
}

absl::StatusOr<ExitCode> Approve(const Options& options) {
  ASSIGN_OR_RETURN(const Papers papers, PapersAbout(options));
  ASSIGN_OR_RETURN(const Word word, ReadWord(options, papers));
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  if (const auto* before = SaidBefore(papers, card.org, word)) {
    if (!SaysTheSame(*before, word)) return SaidOtherwise(*before, card, word);
    PrintOut(absl::StrCat(card.root.name(), " said ", word.draft.yes ? "yes" : "no", " to ",
                          WhatIsVotedOn(word), " already\n"));
    return kDone;
  }
  // A yes to what cannot become that version would be the only thing that may be said to it.
  std::optional<Register> reg = papers.reg();
  if (word.document.has_value()) {
    ASSIGN_OR_RETURN(reg, papers.WithBallot(*word.document));
  }
  const Proposal* proposal = reg->ballots().Find(word.draft.document);
  if (proposal != nullptr) RETURN_IF_ERROR(WorthAYes(*proposal, options, *reg));
  ShowBallot(word, proposal, *reg);
  if (isatty(STDIN_FILENO) && options.out.empty()) {
    RETURN_IF_ERROR(Confirm(options, "This can't be taken back.", word.draft.yes ? "yes" : "no"));
  }
  ASSIGN_OR_RETURN(Office office, OpenOffice(options));
  RETURN_IF_ERROR(office.Say(word.draft));
  if (options.out.empty()) {
    PrintOut(AfterWords(word, proposal, card, *reg, options.dir));
  } else {
    SayDraft(options);
  }
  return kDone;
}

// ---- Withdrawing and leaving

absl::StatusOr<ExitCode> Withdraw(const Options& options) {
  ASSIGN_OR_RETURN(const Papers papers, PapersAbout(options));
  ASSIGN_OR_RETURN(const v1::RuleFile rules, FindTarget(options, &papers));
  ASSIGN_OR_RETURN(const Document document, ChooseBallot(options.target, rules, papers.reg()));
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  if (document.header->issuer() != card.org.view()) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.target, ": only who proposed it withdraws it; to say no: commons doc approve ",
        options.target, " --no"));
  }
  const Proposal* proposal = papers.reg().ballots().Find(document.id);
  if (proposal == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(options.target, ": is not voted on, see: commons doc status"));
  }
  ASSIGN_OR_RETURN(Office office, OpenOffice(options));
  RETURN_IF_ERROR(office.Withdraw(papers.reg(), document));
  if (!options.out.empty()) {
    SayDraft(options);
    return kDone;
  }
  PrintOut(absl::StrCat(card.root.name(), " asks for no more votes for ", ShortId(document.id),
                        "; if it has all the votes it needs it is decided all the same\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Leave(const Options& options) {
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  if (options.out.empty()) {
    const std::string what =
        absl::StrCat(card.root.name(),
                     " leaves the commons for good: its data closes, it asks and "
                     "votes no more, and only the members can admit it again");
    if (!options.yes && !isatty(STDIN_FILENO)) {
      return absl::InvalidArgumentError(absl::StrCat(what, "; add --yes"));
    }
    RETURN_IF_ERROR(Confirm(options, what + ".", card.root.name()));
  }
  ASSIGN_OR_RETURN(Office office, OpenOffice(options));
  ASSIGN_OR_RETURN(const Register reg, office.FetchRegister({governance::kLeaveChain}));
  const governance::Organisation* member = reg.FindMember(card.org);
  if (member == nullptr || member->left) {
    return absl::FailedPreconditionError(
        absl::StrCat(card.root.name(), member == nullptr ? " is no member" : " has left already"));
  }
  RETURN_IF_ERROR(office.Leave(reg));
  if (!options.out.empty()) {
    SayDraft(options);
    return kDone;
  }
  PrintOut(absl::StrCat(card.root.name(), " has left; its seat counts until the others list it: ",
                        "commons doc propose --departure ", card.root.name(), "\n"));
  return kDone;
}

}  // namespace

void RegisterVoteCommands(Cli& cli, Group doc) {
  const char* const ballot = "FILE.rule, or the beginning of its id";
  auto approve =
      OnTarget(ToDraft(AtNode(AddCommand<Options>(cli, doc, "approve",
                                                  "our yes, or no, to common rules", Approve))),
               "DOCUMENT", absl::StrCat(ballot, "; with --no also the number of a version"));
  approve.app.AddFlag("--no", approve.options->no, "our no, to every proposal in that ballot");
  approve.app.AddFlag("--anyway", approve.options->anyway,
                      "also to one that was withdrawn or lost");
  approve.app.AddFlag("--yes", approve.options->yes, "sign without asking");
  OnTarget(ToDraft(AtNode(AddCommand<Options>(cli, doc, "withdraw",
                                              "ask for no more votes for our proposal", Withdraw))),
           "DOCUMENT", ballot);
  auto leave = ToDraft(AtNode(AddCommand<Options>(cli, doc, "leave", "leave the commons", Leave)));
  leave.app.AddFlag("--yes", leave.options->yes, "sign without asking");
}

}  // namespace commons::clients
