#include "crypto/keyfile_format.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace commons::crypto::internal {
namespace {

constexpr absl::string_view kFirstLine = "data-commons-key 1\n";
constexpr size_t kSeedBytes = crypto_sign_SEEDBYTES;
constexpr size_t kSealedBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + kSeedBytes +
                                crypto_aead_xchacha20poly1305_ietf_ABYTES;

absl::Status NotAKeyFile(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("key file: ", why));
}

std::string Head(const KeyFileText& file) {
  return absl::StrCat(kFirstLine, "label ", file.label, "\npractice ", file.practice ? "yes" : "no",
                      "\npublic ", file.public_key.ToHex(), "\n");
}

std::string CheckOf(absl::string_view text) {
  return FieldHasher("commons/keyfile/1").Add(text).Finish().ToHex();
}

// Takes the line "name value\n" off the front of `text`.
absl::StatusOr<absl::string_view> TakeLine(absl::string_view& text, absl::string_view name) {
  const size_t end = text.find('\n');
  absl::string_view line = text.substr(0, end);
  if (end == text.npos || !absl::ConsumePrefix(&line, name) || !absl::ConsumePrefix(&line, " ")) {
    return NotAKeyFile(absl::StrCat("expected a line of ", name));
  }
  text.remove_prefix(end + 1);
  return line;
}

absl::StatusOr<std::string> TakeHex(absl::string_view& text, absl::string_view name, size_t size) {
  ASSIGN_OR_RETURN(const absl::string_view hex, TakeLine(text, name));
  const bool lower_hex = std::all_of(hex.begin(), hex.end(), [](char c) {
    return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
  });
  if (hex.size() != 2 * size || !lower_hex) {
    return NotAKeyFile(absl::StrCat(name, ": expected ", 2 * size, " hex digits"));
  }
  return HexToBytes(hex);
}

// Between the two presets: weaker was never written, and more could exhaust the machine.
absl::Status TakeArgon2(absl::string_view& text, KeyFileText& file) {
  ASSIGN_OR_RETURN(const absl::string_view value, TakeLine(text, "argon2id"));
  const size_t space = value.find(' ');
  if (space == value.npos || !absl::SimpleAtoi(value.substr(0, space), &file.ops) ||
      !absl::SimpleAtoi(value.substr(space + 1), &file.memory_bytes) ||
      absl::StrCat(file.ops, " ", file.memory_bytes) != value) {
    return NotAKeyFile("argon2id: expected two numbers");
  }
  if (file.ops < crypto_pwhash_OPSLIMIT_INTERACTIVE || file.ops > crypto_pwhash_OPSLIMIT_MODERATE ||
      file.memory_bytes < crypto_pwhash_MEMLIMIT_INTERACTIVE ||
      file.memory_bytes > crypto_pwhash_MEMLIMIT_MODERATE) {
    return NotAKeyFile("argon2id: parameters beyond the bounds");
  }
  return absl::OkStatus();
}

absl::Status ParseHead(absl::string_view& text, KeyFileText& file) {
  if (!absl::ConsumePrefix(&text, kFirstLine)) return NotAKeyFile("unknown first line");
  ASSIGN_OR_RETURN(const absl::string_view label, TakeLine(text, "label"));
  RETURN_IF_ERROR(CheckLabel(label));
  file.label = std::string(label);
  ASSIGN_OR_RETURN(const absl::string_view practice, TakeLine(text, "practice"));
  if (practice != "yes" && practice != "no") return NotAKeyFile("practice: expected yes or no");
  file.practice = practice == "yes";
  ASSIGN_OR_RETURN(const std::string key, TakeHex(text, "public", PublicKey::kSize));
  ASSIGN_OR_RETURN(file.public_key, PublicKey::FromBytes(key));
  return absl::OkStatus();
}

absl::Status ParseProtected(absl::string_view whole, absl::string_view rest, KeyFileText& file) {
  RETURN_IF_ERROR(TakeArgon2(rest, file));
  ASSIGN_OR_RETURN(file.salt, TakeHex(rest, "salt", crypto_pwhash_SALTBYTES));
  file.header = std::string(whole.substr(0, whole.size() - rest.size()));
  ASSIGN_OR_RETURN(file.sealed, TakeHex(rest, "sealed", kSealedBytes));
  return rest.empty() ? absl::OkStatus() : NotAKeyFile("more lines than expected");
}

absl::Status ParseRaw(absl::string_view whole, absl::string_view rest, KeyFileText& file) {
  ASSIGN_OR_RETURN(file.seed, TakeHex(rest, "seed", kSeedBytes));
  const absl::string_view checked = whole.substr(0, whole.size() - rest.size());
  ASSIGN_OR_RETURN(const absl::string_view check, TakeLine(rest, "check"));
  if (!rest.empty()) return NotAKeyFile("more lines than expected");
  if (check != CheckOf(checked)) return absl::UnauthenticatedError("key file: changed");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLabel(absl::string_view label) {
  if (label.empty() || label.size() > limits::kNameBytes ||
      std::any_of(label.begin(), label.end(), absl::ascii_iscntrl)) {
    return NotAKeyFile("a label is 1 to 128 bytes without control characters");
  }
  return absl::OkStatus();
}

std::string FormatRaw(const KeyFileText& file) {
  std::string seed_hex = absl::BytesToHexString(file.seed);
  WipeAtExit wipe_hex(seed_hex);
  std::string text = absl::StrCat(Head(file), "seed ", seed_hex, "\n");
  WipeAtExit wipe_text(text);
  return absl::StrCat(text, "check ", CheckOf(text), "\n");
}

std::string FormatProtectedHeader(const KeyFileText& file) {
  return absl::StrCat(Head(file), "argon2id ", file.ops, " ", file.memory_bytes, "\nsalt ",
                      absl::BytesToHexString(file.salt), "\n");
}

std::string FormatProtected(const KeyFileText& file) {
  return absl::StrCat(file.header, "sealed ", absl::BytesToHexString(file.sealed), "\n");
}

absl::StatusOr<KeyFileText> ParseKeyFile(absl::string_view text) {
  if (text.size() > kKeyFileBytes) return NotAKeyFile("longer than 4 KiB");
  KeyFileText file;
  absl::string_view rest = text;
  RETURN_IF_ERROR(ParseHead(rest, file));
  const bool raw = absl::StartsWith(rest, "seed ");
  if (absl::Status parsed = raw ? ParseRaw(text, rest, file) : ParseProtected(text, rest, file);
      !parsed.ok()) {
    WipeAtExit wipe(file.seed);
    return parsed;
  }
  return file;
}

}  // namespace commons::crypto::internal
