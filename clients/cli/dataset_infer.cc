#include "clients/cli/dataset_infer.h"

#include <algorithm>
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
#include "records/infer/sniff.h"
#include "records/reading/file_check.h"

namespace commons::clients {
namespace {

struct InferOptions {
  std::vector<std::string> files, dialects;
  std::string out, dataset, dialect_out;
};

using Dialects = std::map<std::string, v1::Dialect>;  // by owner

std::string DatasetOf(const InferOptions& options) {
  if (!options.dataset.empty()) return options.dataset;
  if (options.files.size() > 1) return "records";
  return records::DatasetNameFrom(std::filesystem::path(options.files[0]).stem().string());
}

bool IsPlain(const v1::Dialect& dialect) { return dialect.ByteSizeLong() == 0; }

absl::StatusOr<v1::Dialect> Sniffed(const std::string& path) {
  ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(path));
  ASSIGN_OR_RETURN(const std::string beginning, records::BeginningOf(source));
  return records::SniffDialect(beginning);
}

// What would help where a file can't be read as it is.
std::string SniffedHint(const std::string& path, const InferOptions& options) {
  if (!options.dialect_out.empty() || !options.dialects.empty()) return "";
  const auto dialect = Sniffed(path);
  if (!dialect.ok() || IsPlain(*dialect)) return "";
  return absl::StrCat("; --dialect-out FILE reads it so, and writes that down: ",
                      records::DialectText(*dialect));
}

// Reads a file by one of the inference's ways.
absl::Status Read(const std::string& path, const InferOptions& options, Dialects& dialects,
                  records::Inference& inference,
                  absl::Status (records::Inference::*way)(records::ByteSource,
                                                          const v1::Dialect&)) {
  ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(path));
  const absl::Status read = (inference.*way)(std::move(source), dialects[OwnerOf(path)]);
  if (read.ok()) return read;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", read.message(), SniffedHint(path, options)));
}

absl::Status ReadAll(const InferOptions& options, Dialects& dialects,
                     records::Inference& inference) {
  for (const std::string& path : options.files) {
    RETURN_IF_ERROR(Read(path, options, dialects, inference, &records::Inference::AddFile));
  }
  return absl::OkStatus();
}

void SetAll(const v1::Dialect& dialect, const InferOptions& options, Dialects& dialects) {
  for (const std::string& owner : OwnersOf(options.files)) dialects[owner] = dialect;
}

// One dialect for all files, found in them.
absl::StatusOr<v1::Dialect> SniffAll(const InferOptions& options) {
  ASSIGN_OR_RETURN(const v1::Dialect first, Sniffed(options.files[0]));
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(const v1::Dialect dialect, Sniffed(path));
    if (dialect.SerializeAsString() == first.SerializeAsString()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": is written ", records::DialectText(dialect), ", and ", options.files[0], " ",
        records::DialectText(first), "; run infer with --dialect-out for each, then for all with ",
        "--dialect NAME=dialect.json"));
  }
  return first;
}

// The files as they are, or as --dialect-out finds that they are written.
absl::StatusOr<v1::Dialect> FindDialect(const InferOptions& options, Dialects& dialects,
                                        records::Inference& inference) {
  ASSIGN_OR_RETURN(const v1::Dialect of_files, SniffAll(options));
  SetAll(of_files, options, dialects);
  RETURN_IF_ERROR(ReadAll(options, dialects, inference));
  v1::Dialect dialect = inference.DialectFor(of_files);
  if (dialect.SerializeAsString() == of_files.SerializeAsString()) return dialect;
  SetAll(dialect, options, dialects);
  inference = records::Inference();
  RETURN_IF_ERROR(ReadAll(options, dialects, inference));
  return dialect;
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

absl::Status WriteNew(const std::string& path, const std::string& text) {
  const absl::Status written = WriteWholeFile(path, text, 0644, IfThere::kRefuse);
  if (!absl::IsAlreadyExists(written)) return written;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": is there already and stays as it is; name another one"));
}

// What is written is what the reader of packages takes, or nothing is.
absl::StatusOr<v1::Standard> Write(const records::Proposal& proposal, const std::string& path) {
  const std::string text = records::PackageText(proposal);
  auto accepted = governance::ParseDatapackage(text);
  const bool asks = std::any_of(proposal.fields.begin(), proposal.fields.end(),
                                [](const records::ProposedField& field) {
                                  return field.role == records::ProposedRole::kDimension ||
                                         field.role == records::ProposedRole::kDimensionAndMeasure;
                                });
  if (!accepted.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not written: ", accepted.status().message(),
                     asks ? "" : "; why each column was left out stands above"));
  }
  RETURN_IF_ERROR(WriteNew(path, text));
  return std::move(accepted->standard);
}

// The proposal is tried on the files that it was made of.
absl::Status TryOut(const v1::Standard& standard, const InferOptions& options, Dialects& dialects) {
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(path));
    records::ReadingOptions reading = records::ReadingOf(standard, OrgId());
    reading.dialect = dialects[OwnerOf(path)];
    const records::FileCheck check = records::CheckFile(std::move(source), standard, reading, {});
    if (check.status.ok()) continue;
    Warn(absl::StrCat(path, ": an import would stop as things are: ", check.status.message()));
  }
  return absl::OkStatus();
}

absl::Status CheckNew(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": is there already and stays as it is; name another one"));
}

absl::StatusOr<ExitCode> Infer(const InferOptions& options) {
  RETURN_IF_ERROR(CheckNew(options.out));
  const bool finds = !options.dialect_out.empty();
  if (finds) RETURN_IF_ERROR(CheckNew(options.dialect_out));
  if (finds && !options.dialects.empty()) {
    return absl::InvalidArgumentError(
        "--dialect-out finds how the files are written, which --dialect says; leave one out");
  }
  const std::string dataset = DatasetOf(options);
  ASSIGN_OR_RETURN(auto dialects, ReadDialects(options.dialects, OwnersOf(options.files), dataset));
  records::Inference inference;
  v1::Dialect dialect;
  if (finds) {
    ASSIGN_OR_RETURN(dialect, FindDialect(options, dialects, inference));
  } else {
    RETURN_IF_ERROR(ReadAll(options, dialects, inference));
  }
  for (const std::string& path : options.files) {
    RETURN_IF_ERROR(Read(path, options, dialects, inference, &records::Inference::CountPersons));
  }
  records::Proposal proposal = inference.Propose(dataset);
  const v1::Dialect more = inference.DialectFor(dialect);
  if (!finds && options.dialects.empty() && !IsPlain(more)) {
    proposal.notes.push_back(
        absl::StrCat("--dialect-out FILE reads more of it so, and writes that ",
                     "down: ", records::DialectText(more)));
  }
  PrintProposal(proposal);
  ASSIGN_OR_RETURN(const v1::Standard standard, Write(proposal, options.out));
  PrintOut(absl::StrCat(options.out, ": written; look at every line before others sign it\n"));
  if (finds && !IsPlain(dialect)) {
    RETURN_IF_ERROR(WriteNew(options.dialect_out, records::DialectText(dialect) + "\n"));
    PrintOut(absl::StrCat(
        options.dialect_out, ": written; check and import read the files with ", "--dialect ",
        options.dialect_out,
        dialect.encoding().empty() ? "" : ". Its encoding is a guess: look whether names read well",
        "\n"));
  } else if (finds) {
    PrintOut("no dialect is needed, and none was written\n");
  }
  RETURN_IF_ERROR(TryOut(standard, options, dialects));
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
  infer.app.Add("--dialect-out", options.dialect_out,
                "find how the files are written, and write that dialect.json; must not be there");
  infer.app.Add("--dataset", options.dataset, "its name; default: of the file, or \"records\"");
}

}  // namespace commons::clients
