#include "clients/cli/dataset_revert.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/cli/holding.h"
#include "clients/office/as_of.h"
#include "clients/office/daemon/local_client.h"

namespace commons::clients {
namespace {

// The date of the rows, as the newest notice that names their edition says it.
absl::StatusOr<std::string> DateOf(LocalClient& client, const HoldingOptions& options,
                                   uint64_t edition) {
  if (!options.as_of.empty()) return AsOfDay(options.as_of, "--as-of", absl::Now());
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  ASSIGN_OR_RETURN(const governance::Register reg, FetchRegister(client, OfNotices(options)));
  std::string said;
  if (const auto* notices = reg.Manifests(card.org, options.dataset); notices != nullptr) {
    for (const auto& version : notices->versions) {
      if (version.payload->epoch() == edition) said = version.payload->as_of();
    }
  }
  if (!said.empty()) return said;
  return absl::InvalidArgumentError(absl::StrCat("no notice has said of which day edition ",
                                                 edition, " is; state it: --as-of 2024-02-29"));
}

absl::StatusOr<ExitCode> Revert(const HoldingOptions& options) {
  ASSIGN_OR_RETURN(const auto held, HeldHere(options));
  if (!held.has_before()) {
    return absl::NotFoundError(absl::StrCat(options.dataset, ": no edition before edition ",
                                            held.epoch(), " is kept; import its file again"));
  }
  ASSIGN_OR_RETURN(auto office, Signers(options));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const std::string as_of, DateOf(*client, options, held.before().epoch()));
  v1::RevertDatasetRequest request;
  request.set_dataset(options.dataset);
  request.set_epoch(held.epoch());
  ASSIGN_OR_RETURN(const v1::RevertDatasetReply now, client->RevertDataset(request));
  if (now.has_refusal()) return RefusalStatus(now.refusal());
  PrintOut(absl::StrCat(options.dataset, ": edition ", now.epoch(), " with ", now.rows(),
                        " rows is the current one again; edition ", held.epoch(),
                        " is kept until the next import\n"));
  return Announce(office, options, HoldingOf(now, as_of));
}

}  // namespace

void RegisterRevert(Cli& cli, const Group& dataset) {
  auto revert = WithSigner(
      AddCommand<HoldingOptions>(cli, dataset, "revert", "go back to the edition before", Revert));
  revert.app.Add("--as-of", revert.options->as_of,
                 "the date of that edition's data; default: as its notice said");
}

}  // namespace commons::clients
