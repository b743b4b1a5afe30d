#include "clients/cli/doc/new.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/office/context.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/draft/draft.h"
#include "clients/office/draft/from_context.h"
#include "clients/office/files/card_file.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/trusted.h"
#include "crypto/random.h"
#include "governance/document/document.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload_types.h"
#include "governance/document/words.h"

namespace commons::clients {
namespace {

constexpr size_t kSpecBytes = 1 << 18;

struct Options {
  std::string kind, spec, prev, context, dir, out;
};

// What is known where the draft is made: what a node has, or a context file; unset: nothing is. It
// goes beside the draft, so that whoever signs sees what it changes.
absl::StatusOr<std::optional<Papers>> TakeContextOf(const Options& options) {
  const std::string path = ContextBeside(options.out);
  if (!options.dir.empty()) {
    ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
    RETURN_IF_ERROR(WriteContext(*client, path));
  } else if (!options.context.empty()) {
    RETURN_IF_ERROR(ReadContext(options.context).status());
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.context, kContextBytes));
    RETURN_IF_ERROR(WriteFile(path, bytes, 0644));
  } else {
    return std::optional<Papers>();
  }
  return ReadContext(path);
}

// Where nothing else is known, the cards of --prev; false: nothing says what was there.
absl::StatusOr<bool> PutCards(const Options& options, const Sources& sources) {
  std::vector<governance::Document> cards;
  for (const governance::Document& document : sources.before) {
    if (document.kind() == governance::kinds::kOrgRoot) cards.push_back(document);
  }
  // Cards are believed from the first on.
  if (cards.empty() || cards.front().header->version() != 1) return false;
  RETURN_IF_ERROR(WriteContextOfCards(cards, ContextBeside(options.out)));
  return true;
}

absl::StatusOr<ExitCode> New(const Options& options) {
  if (std::filesystem::exists(options.out)) {
    return absl::AlreadyExistsError(
        absl::StrCat(options.out, ": is there already; choose another name for --out"));
  }
  ASSIGN_OR_RETURN(const std::string toml, ReadFile(options.spec, kSpecBytes));
  ASSIGN_OR_RETURN(const Spec spec, Spec::Parse(toml, options.spec));
  ASSIGN_OR_RETURN(const std::optional<Papers> context, TakeContextOf(options));
  Sources sources{spec, {}, options.prev, crypto::SystemRandom(), absl::Now(), {}, {}, 1};
  if (!options.dir.empty()) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
    sources.own = card.org;
  }
  if (!options.prev.empty()) {
    ASSIGN_OR_RETURN(const v1::RuleFile before, ReadRuleFile(options.prev));
    ASSIGN_OR_RETURN(sources.before, OpenAll(before, options.prev));
  } else if (context.has_value()) {
    RETURN_IF_ERROR(TakeContext(*context, sources));
  }
  ASSIGN_OR_RETURN(const v1::RuleFile rules, Draft(options.kind, sources));
  RETURN_IF_ERROR(WriteRuleFile(options.out, rules));
  if (rules.has_invitation()) {
    PrintOut(absl::StrCat("invitation: ", options.out, "\n"));
    return kDone;
  }
  bool shown = context.has_value();
  if (!shown) {
    ASSIGN_OR_RETURN(shown, PutCards(options, sources));
  }
  if (!shown && !options.prev.empty()) {
    Warn(
        "warning: whoever signs does not see what this changes; to show it, add --context with the "
        "file of: commons doc context --dir NODE --out context.rule");
  }
  const v1::Envelope& draft = rules.envelopes(0);
  PrintOut(absl::StrCat("draft: ", options.out, ", ", governance::KindWords(draft.payload_type()),
                        "\nfingerprint: ", governance::Fingerprint(governance::IdOf(draft).view()),
                        "\nread it: commons doc review ", options.out,
                        "\nsign it: commons doc sign ", options.out, " --key KEY\n"));
  return kDone;
}

}  // namespace

void RegisterNew(Cli& cli, Group doc) {
  auto made = AddCommand<Options>(cli, doc, "new", "draft a document from a spec.toml", New);
  made.app.Add("KIND", made.options->kind, "such as org-root, owner-policy, project").Required();
  made.app.Add("--spec", made.options->spec, "spec.toml: what it says").Required();
  made.app.Add("--prev", made.options->prev, "the version that it follows");
  made.app.Add("--dir", made.options->dir,
               "node: which version it follows, and whose it is; to show what it changes");
  made.app.Add("--context", made.options->context,
               "of: commons doc context, in place of a node; put beside the draft");
  made.app.Add("--out", made.options->out, "FILE.rule to write").Required();
}

}  // namespace commons::clients
