// Options that the commands under `commons doc` share.
#ifndef COMMONS_CLIENTS_CLI_DOC_OPTIONS_H_
#define COMMONS_CLIENTS_CLI_DOC_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/office/office.h"

namespace commons::clients {

struct DocOptions {
  std::string dir, target, against, key, passphrase_file, out, package, resource, policy, dataset,
      card, format = "table";
  std::string researcher, affiliation, question, benefit, legal_basis;
  std::vector<std::string> cards, purposes, datasets, researchers;
  std::string suspend;
  std::vector<std::string> departures;
  bool replace = false, no = false, anyway = false, rival = false, yes = false;
};

inline Command<DocOptions> AtNode(Command<DocOptions> command) {
  command.app.Add("--dir", command.options->dir, "directory of the node").Required();
  command.app.Add("--passphrase-file", command.options->passphrase_file,
                  "file with the passphrase of the keys");
  return command;
}

// Of what is signed here with one person's key, or drafted for others to sign.
inline Command<DocOptions> ToDraft(Command<DocOptions> command) {
  command.app.Add("--out", command.options->out,
                  "write a draft to sign elsewhere instead; needs no key");
  command.app.Add("--key", command.options->key, "the one person's key file to sign with");
  return command;
}

inline Command<DocOptions> OnTarget(Command<DocOptions> command, const std::string& name,
                                    const std::string& help) {
  command.app.Add(name, command.options->target, help).Required();
  return command;
}

// Says where the draft lies and what comes next.
void SayDraft(const std::string& dir, const std::string& out);
inline void SayDraft(const DocOptions& options) { SayDraft(options.dir, options.out); }

// At the node of --dir, with the one key that was named, or to draft.
absl::StatusOr<Office> OpenOffice(const DocOptions& options);

// What a board writes: common rules, its own, accreditations and projects (commands_rule.cc).
void RegisterRuleCommands(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_OPTIONS_H_
