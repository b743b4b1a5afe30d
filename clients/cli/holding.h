// What a node holds of a dataset, and the notice that says so: what every command that changes an
// edition does at its end.
#ifndef COMMONS_CLIENTS_CLI_HOLDING_H_
#define COMMONS_CLIENTS_CLI_HOLDING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/office/office.h"
#include "clients/office/papers.h"
#include "governance/kinds/dataset/manifest.h"
#include "proto/local.pb.h"

namespace commons::clients {

// Whose dataset, and who signs.
struct HoldingOptions {
  std::string dir, dataset, as_of, key, passphrase_file;
};

// The options of commands that change what is held, in this order. A dataset is named with or
// without --dataset: `commons dataset epochs --dir D visits`.
template <typename Options>
Command<Options> WithDataset(Command<Options> command) {
  WithDir(command)
      .app.Add("--dataset,DATASET", command.options->dataset, "name of the dataset")
      .Required();
  return command;
}
template <typename Options>
Command<Options> WithSigner(Command<Options> command) {
  WithDataset(command).app.Add("--key", command.options->key,
                               "a steward's key or a seat's, to sign the notice with");
  command.app.Add("--passphrase-file", command.options->passphrase_file, "of the keys");
  return command;
}
template <typename Options>
Command<Options> WithAsOf(Command<Options> command) {
  command.app.Add("--as-of", command.options->as_of,
                  "the data's date; default: today, for added rows the others'");
  return command;
}

absl::StatusOr<v1::ListDatasetsReply> Held(const std::string& dir);
// kNotFound, with what to do: the node does not hold it.
absl::StatusOr<v1::ListDatasetsReply::Dataset> HeldHere(const HoldingOptions& options);

// Said after NoticeCommand.
inline constexpr char kWhoSigns[] =
    " (with --key STEWARD.key, or --out FILE for the board to sign it elsewhere)";
// The documents that a notice is drafted from.
Papers::Chains OfNotices(const HoldingOptions& options);
// `commons dataset notice ...`, for who has to sign later.
std::string NoticeCommand(const HoldingOptions& options);
// Who can sign a notice with the keys at hand, found before anything is changed: whose key was
// named, of a first notice if that is a seat's which signs for the board; else, with keys in the
// node's directory, the board, or the steward where the board has signed one before. nullopt:
// nobody.
absl::StatusOr<std::optional<Office>> Signers(const HoldingOptions& options);
// The end of a command that made another edition the current one: the notice is signed, or it is
// said how, since nothing is answered before.
absl::StatusOr<ExitCode> Announce(std::optional<Office>& office, const HoldingOptions& options,
                                  const governance::Holding& holding);
// What is held, as the daemon says it after a change or in its list.
template <typename Said>
governance::Holding HoldingOf(const Said& said, const std::string& as_of) {
  return {said.epoch(),
          as_of,
          said.left_out_percent(),
          said.standard_id(),
          {said.not_held().begin(), said.not_held().end()}};
}
absl::Status SignNotice(Office& office, const HoldingOptions& options,
                        const governance::Holding& holding);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_HOLDING_H_
