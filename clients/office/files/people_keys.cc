#include "clients/office/files/people_keys.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/office/files/card_file.h"
#include "clients/office/files/passphrase.h"
#include "crypto/random.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;
using crypto::SigningKey;

absl::StatusOr<SigningKey> NewKey(const std::string& seed) {
  if (seed.empty()) return SigningKey::Generate(crypto::SystemRandom());
  return SigningKey::FromSeed(seed, crypto::SecretKeyAccess::IKnowWhatIAmDoing());
}

std::vector<std::string> BoardKeyPaths(const std::string& dir) {
  std::vector<std::string> paths;
  for (int seat = 1;; ++seat) {
    std::string path = node_files::PersonKey(dir, absl::StrCat("board-", seat));
    if (!fs::exists(path)) return paths;
    paths.push_back(std::move(path));
  }
}

}  // namespace

absl::StatusOr<PublicKey> MakePersonKey(const KeyRequest& request) {
  ASSIGN_OR_RETURN(const SigningKey key, NewKey(request.seed));
  const std::string label = fs::path(request.path).stem().string();
  RETURN_IF_ERROR(request.passphrase.empty()
                      ? crypto::WriteRawKey(request.path, label, false, key)
                      : crypto::WriteProtectedKey(request.path, label, key, request.passphrase,
                                                  crypto::KeyStrength::kModerate));
  return key.public_key();
}

absl::Status ChangePassphrase(const std::string& path, const crypto::KeyFile& key,
                              const std::string& passphrase) {
  if (key.practice) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": a practice key has no passphrase; make a real one: commons keygen"));
  }
  const std::string beside = path + ".passphrase-change";
  unlink(beside.c_str());  // of a change that was cut off
  RETURN_IF_ERROR(crypto::WriteProtectedKey(beside, key.label, key.key, passphrase,
                                            crypto::KeyStrength::kModerate));
  if (std::rename(beside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const absl::Status failed = absl::ErrnoToStatus(errno, absl::StrCat(path, ": not replaced"));
  unlink(beside.c_str());
  return failed;
}

absl::StatusOr<crypto::KeyFile> ReadPersonKey(const std::string& key_path,
                                              const std::string& passphrase_file) {
  ASSIGN_OR_RETURN(const bool needed, crypto::NeedsPassphrase(key_path));
  if (!needed) return crypto::ReadKey(key_path, "");
  const std::string beside = (fs::path(key_path).parent_path() / "passphrase").string();
  const bool there = passphrase_file.empty() && fs::exists(beside);
  ASSIGN_OR_RETURN(const std::string passphrase,
                   AskPassphrase(key_path, there ? beside : passphrase_file));
  return crypto::ReadKey(key_path, passphrase);
}

bool BoardKeysAtHand(const std::string& dir, const v1::OrgRoot& card) {
  const std::vector<std::string> paths = BoardKeyPaths(dir);
  return !paths.empty() && (card.practice() || paths.size() == 1) &&
         access(paths[0].c_str(), R_OK) == 0;
}

absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const v1::OrgRoot& card,
                                                           const std::string& passphrase_file) {
  const std::vector<std::string> paths = BoardKeyPaths(dir);
  if (paths.empty()) {
    return absl::NotFoundError(
        absl::StrCat(node_files::PersonKey(dir, "board-1"),
                     ": no board key lies here; write a draft with --out FILE and have the board "
                     "sign it: commons doc sign FILE --key KEY"));
  }
  if (paths.size() > 1 && !card.practice()) {
    return absl::FailedPreconditionError(absl::StrCat(
        node_files::Path(dir, node_files::kPeople),
        ": keys of several people; each signs for themselves: write a draft with --out FILE, then "
        "commons doc sign FILE --key KEY for each, then commons doc submit --dir ",
        dir, " FILE"));
  }
  std::vector<crypto::KeyFile> keys;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(crypto::KeyFile key, ReadPersonKey(path, passphrase_file));
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const std::string& passphrase_file) {
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(dir)));
  return ReadBoardKeys(dir, card.root, passphrase_file);
}

}  // namespace commons::clients
