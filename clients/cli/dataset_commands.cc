#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/cli/catalogue.h"
#include "clients/cli/commands.h"
#include "clients/cli/json_text.h"
#include "clients/cli/local_client.h"
#include "clients/cli/office.h"
#include "clients/cli/render.h"

namespace commons::clients {
namespace {

struct Options {
  std::string dir, dataset, data, as_of, passphrase_file, format = "table";
};

std::string Today() { return absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone()); }

void PrintImport(const Options& options, const v1::ImportReply& report) {
  PrintOut(absl::StrCat(report.accepted(), " rows accepted, ", report.rejected(),
                        " rejected; edition ", report.epoch(), "\n"));
  for (const std::string& warning : report.warnings()) Warn(warning);
  if (report.rejected() > 0) {
    Warn(absl::StrCat("mend the rejected rows and import again: ", options.dir, "/outbox/",
                      report.rejects_file()));
  }
}

absl::StatusOr<ExitCode> Import(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::ImportReply report,
                   ImportThroughInbox(*client, options.dir, options.dataset, options.data));
  PrintImport(options, report);
  if (!std::filesystem::exists(PeopleKeyPath(options.dir, "board-1"))) {
    PrintOut(
        "The board must sign a new notice of holdings before this edition counts: put its "
        "keys into keys/people and import again.\n");
    return kDone;
  }
  ASSIGN_OR_RETURN(Office office, Office::Open(options.dir, options.passphrase_file));
  ASSIGN_OR_RETURN(const governance::Register reg, office.FetchRegister());
  RETURN_IF_ERROR(office
                      .IssueManifest(reg, options.dataset, report.epoch(),
                                     options.as_of.empty() ? Today() : options.as_of)
                      .status());
  PrintOut("notice of holdings signed\n");
  return kDone;
}

absl::StatusOr<v1::ListDatasetsReply> Held(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  return LocalClient::Call(client->admin(), &v1::Admin::Stub::ListDatasets,
                           v1::ListDatasetsRequest());
}

absl::StatusOr<ExitCode> List(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const v1::ListDatasetsReply reply, Held(options));
  std::vector<std::vector<std::string>> rows = {{"dataset", "edition", "rows", "bytes", "state"}};
  std::vector<std::string> objects;
  for (const v1::ListDatasetsReply::Dataset& held : reply.datasets()) {
    rows.push_back({held.name(), absl::StrCat(held.epoch()), absl::StrCat(held.rows()),
                    absl::StrCat(held.bytes()), held.queryable() ? "queryable" : "closed"});
    objects.push_back(JsonObject()
                          .Text("dataset", held.name())
                          .Number("epoch", held.epoch())
                          .Number("rows", held.rows())
                          .Number("bytes", held.bytes())
                          .Bool("queryable", held.queryable())
                          .Build());
  }
  PrintOut(format == Format::kJson
               ? absl::StrCat("{\"datasets\":[", absl::StrJoin(objects, ","), "]}\n")
               : Rows(rows, format));
  return kDone;
}

absl::StatusOr<ExitCode> Epochs(const Options& options) {
  ASSIGN_OR_RETURN(const v1::ListDatasetsReply reply, Held(options));
  for (const v1::ListDatasetsReply::Dataset& held : reply.datasets()) {
    if (held.name() != options.dataset) continue;
    PrintOut(absl::StrCat(absl::StrJoin(held.epochs(), "\n"), "\n"));
    return kDone;
  }
  return absl::NotFoundError(
      absl::StrCat(options.dataset, ": not held here; see: commons dataset list"));
}

absl::StatusOr<ExitCode> Drop(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  v1::DropDatasetRequest request;
  request.set_dataset(options.dataset);
  ASSIGN_OR_RETURN(const v1::DropDatasetReply reply,
                   LocalClient::Call(client->admin(), &v1::Admin::Stub::DropDataset, request));
  if (reply.has_refusal()) return RefusalStatus(reply.refusal());
  return kDone;
}

absl::StatusOr<v1::CatalogueReply> Catalogue(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  return LocalClient::Call(client->ask(), &v1::Ask::Stub::Catalogue, v1::CatalogueRequest());
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
  return absl::NotFoundError(absl::StrCat(
      options.dataset, ": the commons has no such definition; see: commons catalogue"));
}

absl::StatusOr<ExitCode> Describe(const Options& options) {
  ASSIGN_OR_RETURN(const auto dataset, Entry(options));
  PrintOut(DescribeStandard(dataset.standard()));
  return kDone;
}

absl::StatusOr<ExitCode> Preview(const Options& options) {
  ASSIGN_OR_RETURN(const auto dataset, Entry(options));
  PrintOut(DatasetJson(dataset) + "\n");
  return kDone;
}

Command<Options> WithDir(Command<Options> command) {
  command.app->add_option("--dir", command.options->dir, "directory of the node")->required();
  return command;
}
Command<Options> WithDataset(Command<Options> command) {
  WithDir(command).app->add_option("--dataset", command.options->dataset, "name")->required();
  return command;
}
Command<Options> WithFormat(Command<Options> command) {
  WithDir(command).app->add_option("--format", command.options->format, "table, csv or json");
  return command;
}

}  // namespace

void RegisterDatasetCommands(Cli& cli) {
  CLI::App* const group = AddGroup(&cli.app, "dataset", "the data this node holds");
  auto import = WithDataset(AddCommand<Options>(cli, group, "import", "load a CSV file", Import));
  import.app->add_option("--data", import.options->data, "FILE.csv")->required();
  import.app->add_option("--as-of", import.options->as_of, "the data's date; default: today");
  import.app->add_option("--passphrase-file", import.options->passphrase_file, "of the board");
  WithFormat(AddCommand<Options>(cli, group, "list", "what is held here", List));
  WithDataset(AddCommand<Options>(cli, group, "epochs", "editions kept here", Epochs));
  WithDataset(AddCommand<Options>(cli, group, "drop", "delete a dataset's rows", Drop));
  WithDataset(AddCommand<Options>(cli, group, "describe", "the definition in words", Describe));
  WithDataset(AddCommand<Options>(cli, group, "preview", "what others see of it", Preview));
  WithFormat(
      AddCommand<Options>(cli, &cli.app, "catalogue", "what the commons holds", ShowCatalogue));
}

}  // namespace commons::clients
