#include <unistd.h>

#include <iostream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/answer/catalogue.h"
#include "clients/answer/json_text.h"
#include "clients/answer/table.h"
#include "clients/cli/commands.h"
#include "clients/cli/dataset_check.h"
#include "clients/cli/dataset_import.h"
#include "clients/cli/dataset_infer.h"
#include "clients/cli/dataset_revert.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/holding.h"
#include "clients/office/as_of.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/office.h"

namespace commons::clients {
namespace {

struct Options : HoldingOptions {
  std::string format = "table", out;
  bool yes = false, keep_rejects = false, all = false;
};

const char* StateOf(const v1::ListDatasetsReply::Dataset& held) {
  if (held.frozen()) return "FROZEN";
  return held.queryable() ? "queryable" : "closed";
}

absl::StatusOr<ExitCode> List(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const v1::ListDatasetsReply reply, Held(options.dir));
  std::vector<std::vector<std::string>> rows = {
      {"dataset", "edition", "rows", "bytes", "state", "columns not held"}};
  std::vector<std::string> objects;
  for (const v1::ListDatasetsReply::Dataset& held : reply.datasets()) {
    rows.push_back({held.name(), absl::StrCat(held.epoch()), absl::StrCat(held.rows()),
                    absl::StrCat(held.bytes()), StateOf(held),
                    absl::StrJoin(held.not_held(), ", ")});
    objects.push_back(JsonObject()
                          .Text("dataset", held.name())
                          .Number("epoch", held.epoch())
                          .Number("rows", held.rows())
                          .Number("bytes", held.bytes())
                          .Bool("queryable", held.queryable())
                          .Bool("frozen", held.frozen())
                          .Raw("not_held", JsonArray(held.not_held(), JsonString))
                          .Build());
  }
  PrintOut(format == Format::kJson
               ? absl::StrCat("{\"datasets\":[", absl::StrJoin(objects, ","), "]}\n")
               : Rows(rows, format));
  return kDone;
}

struct EditionShown {
  std::string rows, state;
};

// "kept": can be reverted to; "replaced": goes with the question that still reads it.
EditionShown Shown(const v1::ListDatasetsReply::Dataset& held, uint64_t edition) {
  if (edition == held.epoch()) {
    return {absl::StrCat(held.rows()), StateOf(held)};
  }
  if (!held.has_before() || edition != held.before().epoch()) return {"", "replaced"};
  return {absl::StrCat(held.before().rows()), "kept"};
}

absl::StatusOr<ExitCode> Editions(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const auto held, HeldHere(options));
  std::vector<std::vector<std::string>> rows = {{"edition", "rows", "state"}};
  std::vector<std::string> objects;
  for (const uint64_t edition : held.epochs()) {
    const EditionShown shown = Shown(held, edition);
    rows.push_back({absl::StrCat(edition), shown.rows, shown.state});
    objects.push_back(JsonObject().Number("epoch", edition).Text("state", shown.state).Build());
  }
  PrintOut(format == Format::kJson
               ? absl::StrCat("{\"epochs\":[", absl::StrJoin(objects, ","), "]}\n")
               : Rows(rows, format));
  return kDone;
}

// Whoever types the name means it; a script says --yes.
absl::Status Confirm(const Options& options, const v1::ListDatasetsReply::Dataset& held) {
  if (options.yes) return absl::OkStatus();
  const std::string what =
      absl::StrCat("deletes all ", held.rows(), " rows of ", options.dataset,
                   held.has_before() ? " and of the edition before" : "",
                   options.keep_rejects ? "" : ", and the rows its imports rejected to outbox/,");
  if (!isatty(STDIN_FILENO)) {
    return absl::InvalidArgumentError(absl::StrCat(what, " for good; add --yes"));
  }
  std::cerr << "This " << what << " for good. Type the dataset's name to go on: " << std::flush;
  std::string name;
  std::getline(std::cin, name);
  if (name == options.dataset) return absl::OkStatus();
  return absl::InvalidArgumentError("nothing was deleted");
}

absl::StatusOr<ExitCode> Drop(const Options& options) {
  ASSIGN_OR_RETURN(const auto held, HeldHere(options));
  RETURN_IF_ERROR(Confirm(options, held));
  ASSIGN_OR_RETURN(auto office, Signers(options));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  v1::DropDatasetRequest request;
  request.set_dataset(options.dataset);
  request.set_keep_rejects(options.keep_rejects);
  request.set_epoch(held.epoch());
  ASSIGN_OR_RETURN(const v1::DropDatasetReply reply, client->DropDataset(request));
  if (reply.has_refusal()) return RefusalStatus(reply.refusal());
  PrintOut(absl::StrCat(options.dataset, ": edition ", held.epoch(), " with ", held.rows(),
                        " rows deleted\n"));
  if (reply.rejects_removed() > 0) {
    PrintOut(absl::StrCat(reply.rejects_removed(), " files of rejected rows deleted\n"));
  }
  const std::string later =
      absl::StrCat("the catalogue names this member until a notice says that nothing is held: ",
                   NoticeCommand(options));
  if (!office) {
    Warn(absl::StrCat(later, kWhoSigns));
    return kDone;
  }
  const absl::Status status = SignNotice(*office, options, {});
  if (!status.ok()) {
    Warn(later);
    return status;
  }
  PrintOut("notice of holdings withdrawn\n");
  return kDone;
}

// Who signs a notice now, or drafts it for others.
absl::StatusOr<std::optional<Office>> NoticeOffice(const Options& options) {
  if (options.out.empty()) return Signers(options);
  ASSIGN_OR_RETURN(Office office,
                   Office::Open(options.dir, options.passphrase_file, options.out, options.key));
  return std::optional<Office>(std::move(office));
}

// What is signed when the keys were away at the import or the drop.
absl::StatusOr<ExitCode> Notice(const Options& options) {
  ASSIGN_OR_RETURN(std::string as_of, AsOfDay(options.as_of, "--as-of", absl::Now()));
  ASSIGN_OR_RETURN(auto office, NoticeOffice(options));
  if (!office) {
    return absl::NotFoundError(
        "no key to sign with: name a steward's with --key (after the first notice, which the board "
        "signs), or write a draft with --out FILE for the board to sign: commons doc sign FILE "
        "--key KEY");
  }
  const auto held = HeldHere(options);
  if (!held.ok()) {
    ASSIGN_OR_RETURN(const governance::Register reg, office->FetchRegister(OfNotices(options)));
    const auto* notices = reg.Manifests(office->card().org, options.dataset);
    const bool said = notices != nullptr && notices->versions.back().payload->epoch() != 0;
    if (!absl::IsNotFound(held.status()) || !said) return held.status();
  }
  governance::Holding holding;
  if (held.ok()) holding = HoldingOf(*held, as_of);
  RETURN_IF_ERROR(SignNotice(*office, options, holding));
  if (!options.out.empty()) {
    SayDraft(options.dir, options.out);
    return kDone;
  }
  PrintOut(held.ok() ? absl::StrCat("notice of holdings signed for edition ", held->epoch(), "\n")
                     : std::string("notice of holdings withdrawn: nothing is held\n"));
  return kDone;
}

absl::StatusOr<v1::CatalogueReply> Catalogue(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  return client->Catalogue();
}

absl::StatusOr<ExitCode> ShowCatalogue(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const v1::CatalogueReply reply, Catalogue(options));
  PrintOut(format == Format::kJson ? CatalogueJson(reply) : CatalogueTable(reply, format));
  return kDone;
}

absl::StatusOr<v1::CatalogueReply::Dataset> Entry(const Options& options) {
  ASSIGN_OR_RETURN(const v1::CatalogueReply reply, Catalogue(options));
  for (const v1::CatalogueReply::Dataset& dataset : reply.datasets()) {
    if (dataset.name() == options.dataset) return dataset;
  }
  std::vector<std::string> names;
  for (const auto& dataset : reply.datasets()) names.push_back(dataset.name());
  return absl::NotFoundError(absl::StrCat(options.dataset, ": the commons has no such definition",
                                          OrIsIt(options.dataset, names),
                                          "; see: commons catalogue"));
}

absl::StatusOr<ExitCode> Describe(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormatWithoutRows(options.format));
  ASSIGN_OR_RETURN(const auto dataset, Entry(options));
  PrintOut(format == Format::kJson ? DatasetJson(dataset) + "\n"
                                   : DescribeStandard(dataset.standard(), options.all));
  return kDone;
}

absl::StatusOr<ExitCode> Preview(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const auto dataset, Entry(options));
  if (format == Format::kJson) {
    PrintOut(DatasetJson(dataset) + "\n");
    return kDone;
  }
  if (format == Format::kTable) PrintOut(DescribeStandard(dataset.standard(), options.all) + "\n");
  v1::CatalogueReply only;
  *only.add_datasets() = dataset;
  PrintOut(CatalogueTable(only, format));
  return kDone;
}

Command<Options> WithAll(Command<Options> command) {
  command.app.AddFlag("--all", command.options->all, "every label of long lists");
  return command;
}

}  // namespace

void RegisterDatasetCommands(Cli& cli) {
  const Group group = cli.root().AddGroup("dataset", "the data this node holds");
  RegisterInfer(cli, group);
  RegisterCheck(cli, group);
  RegisterImport(cli, group);
  auto notice = WithAsOf(WithSigner(AddCommand<Options>(
      cli, group, "notice", "sign what is held here, or that nothing is", Notice)));
  notice.app.Add("--out", notice.options->out, "write a draft to sign elsewhere instead");
  WithDir(WithFormat(AddCommand<Options>(cli, group, "list", "what is held here", List)));
  WithDataset(
      WithFormat(AddCommand<Options>(cli, group, "epochs", "editions kept here", Editions)));
  RegisterRevert(cli, group);
  auto drop = WithSigner(AddCommand<Options>(cli, group, "drop", "delete a dataset's rows", Drop));
  drop.app.AddFlag("--yes", drop.options->yes, "do not ask for the name again");
  drop.app.AddFlag("--keep-rejects", drop.options->keep_rejects,
                   "leave the rows that its imports rejected in outbox/");
  WithAll(WithDataset(WithFormatWithoutRows(
      AddCommand<Options>(cli, group, "describe", "the definition in words", Describe))));
  WithAll(WithDataset(
      WithFormat(AddCommand<Options>(cli, group, "preview", "what others see of it", Preview))));
  WithDir(WithFormat(
      AddCommand<Options>(cli, cli.root(), "catalogue", "what the commons holds", ShowCatalogue)));
}

}  // namespace commons::clients
