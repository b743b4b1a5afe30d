#include "clients/cli/holding.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/office/daemon/local_client.h"
#include "governance/document/chains.h"

namespace commons::clients {

absl::StatusOr<v1::ListDatasetsReply> Held(const std::string& dir) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(dir));
  return client->ListDatasets();
}

absl::StatusOr<v1::ListDatasetsReply::Dataset> HeldHere(const HoldingOptions& options) {
  ASSIGN_OR_RETURN(const v1::ListDatasetsReply reply, Held(options.dir));
  for (const v1::ListDatasetsReply::Dataset& held : reply.datasets()) {
    if (held.name() == options.dataset) return held;
  }
  std::vector<std::string> names;
  for (const auto& held : reply.datasets()) names.push_back(held.name());
  return absl::NotFoundError(absl::StrCat(options.dataset, ": not held here",
                                          OrIsIt(options.dataset, names),
                                          "; see: commons dataset list"));
}

std::string NoticeCommand(const HoldingOptions& options) {
  return absl::StrCat("commons dataset notice --dir ", options.dir, " --dataset ", options.dataset);
}

Papers::Chains OfNotices(const HoldingOptions& options) {
  return {governance::ManifestChain(options.dataset)};
}

namespace {

// "the first one", where the next notice is none that a steward's key signs; "": it is.
std::string WhyTheBoards(const governance::Register& reg, const OrgId& org,
                         const std::string& dataset) {
  const auto* notices = reg.Manifests(org, dataset);
  if (notices == nullptr) return "the first one";
  const governance::StandardInForce* standard = reg.FindStandard(dataset);
  const bool same = standard == nullptr || absl::string_view(standard->id.view()) ==
                                               notices->versions.back().payload->standard_id();
  return same ? "" : "the first one under a new common definition";
}

}  // namespace

absl::StatusOr<std::optional<Office>> Signers(const HoldingOptions& options) {
  const auto at_hand = [&](absl::string_view label) {
    return access(PeopleKeyPath(options.dir, label).c_str(), R_OK) == 0;
  };
  if (options.key.empty() && at_hand("board-1")) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
    if (!BoardKeysAtHand(options.dir, card.root)) return std::nullopt;  // of several people
    ASSIGN_OR_RETURN(Office board, Office::Open(options.dir, options.passphrase_file));
    return std::optional<Office>(std::move(board));
  }
  if (options.key.empty() && !at_hand("steward-1")) return std::nullopt;
  ASSIGN_OR_RETURN(
      Office steward,
      Office::OpenForSteward(
          options.dir, options.key.empty() ? PeopleKeyPath(options.dir, "steward-1") : options.key,
          options.passphrase_file));
  ASSIGN_OR_RETURN(const governance::Register reg, steward.FetchRegister(OfNotices(options)));
  const bool boards = !WhyTheBoards(reg, steward.card().org, options.dataset).empty();
  if (boards && !steward.SignsForBoard()) return std::nullopt;
  return std::optional<Office>(std::move(steward));
}

absl::Status SignNotice(Office& office, const HoldingOptions& options,
                        const governance::Holding& holding) {
  ASSIGN_OR_RETURN(const governance::Register reg, office.FetchRegister(OfNotices(options)));
  return office.IssueManifest(reg, options.dataset, holding).status();
}

namespace {

std::string WhoSigns(const HoldingOptions& options) {
  auto client = LocalClient::Connect(options.dir);
  const auto card = ReadCard(CardPath(options.dir));
  if (!client.ok() || !card.ok()) return kWhoSigns;
  const auto reg = FetchRegister(**client, OfNotices(options));
  const std::string why = reg.ok() ? WhyTheBoards(*reg, card->org, options.dataset) : "";
  if (why.empty()) return kWhoSigns;
  return absl::StrCat(" --out notice.rule (", why, " is the board's: commons doc sign ",
                      "notice.rule --key KEY for each seat, then commons doc submit --dir ",
                      options.dir, " notice.rule)");
}

}  // namespace

absl::StatusOr<ExitCode> Announce(std::optional<Office>& office, const HoldingOptions& options,
                                  const governance::Holding& holding) {
  const std::string later =
      absl::StrCat("nothing is answered from edition ", holding.edition,
                   " before its notice of holdings is signed: ", NoticeCommand(options),
                   " --as-of ", holding.as_of);
  if (!office) {
    Warn(absl::StrCat(later, WhoSigns(options)));
    return kDone;
  }
  const absl::Status status = SignNotice(*office, options, holding);
  if (!status.ok()) {
    Warn(later);
    return status;
  }
  PrintOut("notice of holdings signed\n");
  return kDone;
}

}  // namespace commons::clients
