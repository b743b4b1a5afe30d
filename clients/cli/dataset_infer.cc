#include "clients/cli/dataset_infer.h"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/whole_file.h"
#include "clients/answer/table.h"
#include "clients/cli/owners_files.h"
#include "governance/standard/datapackage.h"
#include "records/infer/inference.h"

namespace commons::clients {
namespace {

struct InferOptions {
  std::vector<std::string> files, dialects;
  std::string out, dataset;
};

std::string DatasetOf(const InferOptions& options) {
  if (!options.dataset.empty()) return options.dataset;
  if (options.files.size() > 1) return "records";
  return records::DatasetNameFrom(std::filesystem::path(options.files[0]).stem().string());
}

// Reads a file by one of the inference's ways.
absl::Status Read(const std::string& path, std::map<std::string, v1::Dialect>& dialects,
                  records::Inference& inference,
                  absl::Status (records::Inference::*way)(records::ByteSource,
                                                          const v1::Dialect&)) {
  ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(path));
  const absl::Status read = (inference.*way)(std::move(source), dialects[OwnerOf(path)]);
  if (read.ok()) return read;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", read.message()));
}

std::string RoleOf(const records::ProposedField& field, const records::Proposal& proposal) {
  if (!proposal.entity.empty() && field.name == proposal.entity) return "entity";
  switch (field.role) {
    case records::ProposedRole::kSkip:
      return "skip";
    case records::ProposedRole::kIdentifier:
      return "identifier";
    case records::ProposedRole::kDimension:
      return "dimension";
    case records::ProposedRole::kDimensionAndMeasure:
      return "dimension, measure";
  }
  return "";
}

void PrintProposal(const records::Proposal& proposal) {
  std::vector<std::vector<std::string>> rows = {{"column", "role", "type", "why"}};
  for (const records::ProposedField& field : proposal.fields) {
    rows.push_back({field.name, RoleOf(field, proposal), field.type, field.why});
  }
  PrintOut(Rows(rows, Format::kTable));
  if (proposal.rows_per_person > 1) {
    PrintOut(absl::StrCat("of a person ", proposal.rows_per_person,
                          " rows count, one in each cell of a table: see commons dataset check\n"));
  }
  for (const std::string& note : proposal.notes) PrintOut(note + "\n");
}

// What is written is what the reader of packages takes, or nothing is.
absl::Status Write(const std::string& text, const std::string& path) {
  const auto accepted = governance::ParseDatapackage(text);
  if (!accepted.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not written: ", accepted.status().message()));
  }
  const absl::Status written = WriteWholeFile(path, text, 0644, IfThere::kRefuse);
  if (!absl::IsAlreadyExists(written)) return written;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": is there already and stays as it is; name another --out"));
}

absl::StatusOr<ExitCode> Infer(const InferOptions& options) {
  std::error_code ignored;
  if (std::filesystem::exists(options.out, ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.out, ": is there already and stays as it is; name another --out"));
  }
  const std::string dataset = DatasetOf(options);
  ASSIGN_OR_RETURN(auto dialects, ReadDialects(options.dialects, OwnersOf(options.files), dataset));
  records::Inference inference;
  for (const std::string& path : options.files) {
    RETURN_IF_ERROR(Read(path, dialects, inference, &records::Inference::AddFile));
  }
  for (const std::string& path : options.files) {
    RETURN_IF_ERROR(Read(path, dialects, inference, &records::Inference::CountPersons));
  }
  const records::Proposal proposal = inference.Propose(dataset);
  PrintProposal(proposal);
  RETURN_IF_ERROR(Write(records::PackageText(proposal), options.out));
  PrintOut(absl::StrCat(options.out, ": written; look at every line before others sign it\n"));
  return kDone;
}

}  // namespace

void RegisterInfer(Cli& cli, const Group& dataset) {
  auto infer = AddCommand<InferOptions>(cli, dataset, "infer",
                                        "propose a datapackage.json from CSV files", Infer);
  InferOptions& options = *infer.options;
  infer.app.Add("FILE", options.files, "CSV files of all owners").Required();
  infer.app.Add("--out", options.out, "datapackage.json to write; must not be there").Required();
  infer.app
      .Add("--dialect", options.dialects,
           "dialect.json, for all files, or NAME=dialect.json for NAME.csv")
      .OneEach();
  infer.app.Add("--dataset", options.dataset, "its name; default: of the file, or \"records\"");
}

}  // namespace commons::clients
