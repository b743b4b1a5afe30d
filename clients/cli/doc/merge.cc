#include "clients/cli/doc/merge.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "governance/document/words.h"
#include "governance/kinds/merge.h"

namespace commons::clients {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string out;
};

absl::StatusOr<ExitCode> Merge(const Options& options) {
  std::vector<v1::RuleFile> all;
  for (const std::string& file : options.files) {
    ASSIGN_OR_RETURN(v1::RuleFile rules, ReadRuleFile(file));
    // Each by itself first, so that what is wrong is said of the file where it stands.
    if (const auto alone = governance::MergeRules({rules}); !alone.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": ", alone.status().message()));
    }
    all.push_back(std::move(rules));
  }
  ASSIGN_OR_RETURN(const v1::RuleFile merged, governance::MergeRules(all));
  RETURN_IF_ERROR(WriteRuleFile(options.out, merged));
  for (const v1::Envelope& envelope : merged.envelopes()) {
    PrintOut(absl::StrCat(options.out, ": ", governance::KindWords(envelope.payload_type()), ", ",
                          envelope.signatures_size(),
                          envelope.signatures_size() == 1 ? " signature" : " signatures", "\n"));
  }
  for (const std::string& rivals : governance::RivalsIn(merged)) {
    Warn(absl::StrCat("warning: ", options.out, ": ", rivals));
  }
  return kDone;
}

}  // namespace

void RegisterMerge(Cli& cli, Group doc) {
  auto merge = AddCommand<Options>(cli, doc, "merge",
                                   "bring together what was signed in several places", Merge);
  merge.app.Add("DOCUMENT", merge.options->files, "FILE.rule, several of them").Required();
  merge.app.Add("--out", merge.options->out, "FILE.rule to write; may be one of them").Required();
}

}  // namespace commons::clients
