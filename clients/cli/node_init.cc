#include "clients/cli/node_init.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/passphrase.h"
#include "governance/document/fingerprint.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

struct Options {
  std::string dir, passphrase_file;
  std::vector<std::string> seats, guardians, stewards;
  NodeInit node;
};

absl::Status NoKey(const std::string& option, const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat(option, " '", governance::OneLine(text, limits::kNameBytes),
                   "': expected a public key of 64 hexadecimal digits, as commons keygen prints"));
}

absl::StatusOr<std::vector<PublicKey>> Keys(const std::string& option,
                                            const std::vector<std::string>& texts) {
  std::vector<PublicKey> keys;
  for (const std::string& text : texts) {
    const auto key = PublicKey::FromHex(text);
    if (!key.ok()) return NoKey(option, text);
    keys.push_back(*key);
  }
  return keys;
}

// LABEL=PUBLICKEY; a label may hold a '='.
absl::StatusOr<governance::LabelledKeys> Seats(const std::vector<std::string>& texts) {
  governance::LabelledKeys seats;
  for (const std::string& text : texts) {
    const size_t at = text.rfind('=');
    if (at == std::string::npos) return NoKey("--seat", text);
    const std::string label = text.substr(0, at);
    RETURN_IF_ERROR(governance::Because(absl::StrCat("--seat ", text, ": the label"),
                                        governance::CheckName(label, limits::kNameBytes)));
    ASSIGN_OR_RETURN(const std::vector<PublicKey> key, Keys("--seat", {text.substr(at + 1)}));
    seats.emplace_back(label, key[0]);
  }
  return seats;
}

absl::StatusOr<NodeInit> InitOf(const Options& options) {
  NodeInit init = options.node;
  if (!options.passphrase_file.empty()) {
    ASSIGN_OR_RETURN(init.passphrase, ReadPassphrase(options.passphrase_file));
  }
  ASSIGN_OR_RETURN(init.board, Seats(options.seats));
  ASSIGN_OR_RETURN(init.guardians, Keys("--guardian", options.guardians));
  ASSIGN_OR_RETURN(init.stewards, Keys("--steward", options.stewards));
  return init;
}

// What the organisation's people do next.
void SayNext(const Options& options, const NodeInit& init, const std::string& waits) {
  const std::string card = CardPath(options.dir);
  if (!waits.empty()) {
    PrintOut(absl::StrCat(waits,
                          "\nnext: each seat signs a copy where its key is: commons doc sign ",
                          node_files::kCard, " --key KEY\nthen: commons doc submit --dir ",
                          options.dir, " ", node_files::kCard, "\n"));
  } else if (!init.practice) {
    const std::string where =
        init.passphrase.empty()
            ? absl::StrCat("; their passphrase: ", options.dir, "/", node_files::kPassphrase)
            : "";
    PrintOut(absl::StrCat("people's keys were made here, in ", options.dir, "/",
                          node_files::kPeople, where,
                          ": move both away; in earnest everybody makes their own (commons keygen) "
                          "and is named with --seat\n"));
  }
}

absl::StatusOr<ExitCode> Init(const Options& options) {
  ASSIGN_OR_RETURN(const NodeInit init, InitOf(options));
  RETURN_IF_ERROR(InitNodeDir(options.dir, init, crypto::SystemRandom(), absl::Now()));
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  ASSIGN_OR_RETURN(const std::string waits, CardWaitsFor(CardPath(options.dir)));
  PrintOut(absl::StrCat("organisation card: ", CardPath(options.dir),
                        "\nfingerprint: ", governance::Fingerprint(card.org.view()), "\n"));
  if (const std::string address = UnreachableAddress(init); !address.empty()) {
    Warn(absl::StrCat("warning: the card names ", address,
                      " as the address for peers, which none can "
                      "reach; make it again with --endpoint node.example.nz:7400"));
  }
  SayNext(options, init, waits);
  return kDone;
}

void AddPeople(const Arguments& app, Options& options) {
  app.Add("--seat", options.seats,
          "LABEL=PUBLICKEY of a seat of the board, each time one; their keys stay with them")
      .OneEach();
  app.Add("--board", options.node.threshold,
          "how many seats must sign, or \"2 of board(a, b, c) AND 1 of elders(d)\"; default: more "
          "than half");
  app.Add("--guardian", options.guardians, "public key that may stop answers at once").OneEach();
  app.Add("--steward", options.stewards, "public key that may publish editions").OneEach();
  app.Add("--recovery", options.node.recovery,
          "who may replace lost keys, like --board; also keys of other organisations' seats");
  app.Add("--seats", options.node.seats, "for practice: seats whose keys are made here");
  app.Add("--quorum", options.node.quorum, "of --seats, how many must sign");
  app.Add("--passphrase-file", options.passphrase_file, "for keys that are made here");
  app.AddFlag("--practice", options.node.practice, "raw keys, for practice only");
}

}  // namespace

void RegisterInit(Cli& cli, Group node) {
  auto init = AddCommand<Options>(cli, node, "init", "make a node's directory and its card", Init);
  Options& options = *init.options;
  init.app.Add("--dir", options.dir, "directory to make").Required();
  init.app.Add("--name", options.node.name, "short name of the organisation").Required();
  init.app.Add("--contact", options.node.contact, "for people and complaints").Required();
  init.app.Add("--listen", options.node.listen, "host:port to listen on for peers").ShowDefault();
  init.app.Add("--endpoint", options.node.endpoints,
               "host:port where peers reach it, goes on the card; default: as --listen, which "
               "must then be an address that others reach");
  AddPeople(init.app, options);
}

}  // namespace commons::clients
