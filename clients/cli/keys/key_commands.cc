#include "clients/cli/keys/key_commands.h"

#include <filesystem>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "clients/cli/keys/verify_signature.h"
#include "clients/office/files/passphrase.h"
#include "clients/office/files/people_keys.h"
#include "governance/document/fingerprint.h"

namespace commons::clients {
namespace {

constexpr size_t kSeedBytes = 32;

struct KeygenOptions {
  std::string out, passphrase_file, seed_hex;
  bool no_passphrase = false;
};
struct PassphraseOptions {
  std::string file, passphrase_file, new_passphrase_file;
};
struct VerifyOptions {
  bool jsonl = false;
};

absl::StatusOr<std::string> Seed(const std::string& hex) {
  if (hex.empty()) return std::string();
  auto seed = HexToBytes(hex);
  if (seed.ok() && seed->size() == kSeedBytes) return seed;
  return absl::InvalidArgumentError("--seed-hex: expected 64 hexadecimal digits");
}

absl::StatusOr<ExitCode> Keygen(const KeygenOptions& options) {
  // Before anybody thinks of a passphrase.
  if (std::filesystem::exists(options.out)) {
    return absl::AlreadyExistsError(
        absl::StrCat(options.out, ": is there already; a key is never written over another"));
  }
  if (options.no_passphrase && !options.passphrase_file.empty()) {
    return absl::InvalidArgumentError("--no-passphrase and --passphrase-file exclude each other");
  }
  KeyRequest request;
  request.path = options.out;
  ASSIGN_OR_RETURN(request.seed, Seed(options.seed_hex));
  if (!options.no_passphrase) {
    ASSIGN_OR_RETURN(request.passphrase,
                     AskNewPassphrase(options.out, options.passphrase_file,
                                      "--passphrase-file, or say --no-passphrase"));
  }
  ASSIGN_OR_RETURN(const PublicKey key, MakePersonKey(request));
  PrintOut(key.ToHex() + "\n");
  if (options.no_passphrase) {
    Warn(absl::StrCat("warning: whoever can read ", options.out,
                      " can sign with it; give it one with: commons key passphrase ", options.out));
  }
  Progress(absl::StrCat("the private key is in ", options.out,
                        "; hand out the line above, and read its fingerprint to who asks: ",
                        governance::Fingerprint(key.view())));
  return kDone;
}

absl::StatusOr<ExitCode> Passphrase(const PassphraseOptions& options) {
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(options.file, options.passphrase_file));
  ASSIGN_OR_RETURN(
      const std::string passphrase,
      AskNewPassphrase(options.file, options.new_passphrase_file, "--new-passphrase-file"));
  RETURN_IF_ERROR(ChangePassphrase(options.file, key, passphrase));
  PrintOut(absl::StrCat(options.file, ": has the new passphrase\n"));
  return kDone;
}

absl::StatusOr<ExitCode> VerifySignature(const VerifyOptions& options) {
  if (!options.jsonl) {
    return absl::InvalidArgumentError(
        "say --jsonl: lines {\"key\":hex,\"message\":hex,\"signature\":hex} on standard input");
  }
  VerifyLines(std::cin, std::cout);
  return kDone;
}

}  // namespace

void RegisterKeyCommands(Cli& cli) {
  auto keygen = AddCommand<KeygenOptions>(cli, cli.root(), "keygen",
                                          "make your own key; prints its public half", Keygen);
  keygen.app.Add("--out", keygen.options->out, "key file to make").Required();
  keygen.app.Add("--passphrase-file", keygen.options->passphrase_file, "file with the passphrase");
  keygen.app.AddFlag("--no-passphrase", keygen.options->no_passphrase, "leave the key open");
  keygen.app.Add("--seed-hex", keygen.options->seed_hex, "of a known key, for tests");
  const Group key = cli.root().AddGroup("key", "a key that you have");
  auto passphrase = AddCommand<PassphraseOptions>(cli, key, "passphrase",
                                                  "give it another passphrase", Passphrase);
  passphrase.app.Add("FILE", passphrase.options->file, "key file").Required();
  passphrase.app.Add("--passphrase-file", passphrase.options->passphrase_file, "the one it has");
  passphrase.app.Add("--new-passphrase-file", passphrase.options->new_passphrase_file,
                     "the one it gets");
  auto verify = AddCommand<VerifyOptions>(cli, cli.root(), "verify-signature",
                                          "check signatures, strictly", VerifySignature);
  verify.app.AddFlag("--jsonl", verify.options->jsonl, "one JSON object in each line");
}

}  // namespace commons::clients
