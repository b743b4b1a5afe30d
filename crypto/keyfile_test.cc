#include "crypto/keyfile.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/temp_dir_for_test.h"
#include "crypto/hash.h"
#include "crypto/keyfile_format.h"
#include "crypto/vectors_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kPassphrase[] = "correct horse battery staple";

class KeyFileTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return dir_ / name; }
  std::string Text(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // A file with the given bytes, mode 0600.
  std::string Put(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    chmod(Path(name).c_str(), 0600);
    return Path(name);
  }
  std::string Raw() const {
    EXPECT_TRUE(WriteRawKey(Path("raw"), "node-1", true, key_).ok());
    return Path("raw");
  }
  std::string Protected() const {
    EXPECT_TRUE(WriteProtectedKey(Path("protected"), "board-1", key_, kPassphrase,
                                  KeyStrength::kInteractive)
                    .ok());
    return Path("protected");
  }
  static absl::StatusCode Read(const std::string& path, absl::string_view passphrase = "") {
    return ReadKey(path, passphrase).status().code();
  }
  std::string SeedHex() const {
    return absl::BytesToHexString(key_.Seed(SecretKeyAccess::IKnowWhatIAmDoing()));
  }

  const TempDir dir_;
  SeededRandom random_{100};
  SigningKey key_ = SigningKey::Generate(random_);
};

TEST_F(KeyFileTest, RawRoundTrip) {
  for (bool practice : {false, true}) {
    const std::string path = Path(practice ? "practice" : "real");
    ASSERT_TRUE(WriteRawKey(path, "P\xc4\x81keha board", practice, key_).ok());
    const auto read = ReadKey(path, "");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->label, "P\xc4\x81keha board");
    EXPECT_EQ(read->practice, practice);
    EXPECT_EQ(read->key.public_key(), key_.public_key());
    EXPECT_EQ(read->key.Sign("m"), key_.Sign("m"));
    EXPECT_FALSE(*NeedsPassphrase(path));
  }
}

TEST_F(KeyFileTest, ProtectedRoundTrip) {
  const std::string path = Protected();
  EXPECT_TRUE(*NeedsPassphrase(path));
  const auto read = ReadKey(path, kPassphrase);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->label, "board-1");
  EXPECT_FALSE(read->practice);
  EXPECT_EQ(read->key.Sign("m"), key_.Sign("m"));
}

TEST_F(KeyFileTest, TheFileIsForTheOwnerOnlyAndHidesAProtectedSeed) {
  struct stat info;
  for (const std::string& path : {Raw(), Protected()}) {
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
  }
  EXPECT_THAT(Text("raw"), HasSubstr(SeedHex()));
  EXPECT_THAT(Text("protected"), Not(HasSubstr(SeedHex())));
  EXPECT_THAT(Text("protected"), HasSubstr(key_.public_key().ToHex()));
}

TEST_F(KeyFileTest, TheSameKeyAndPassphraseGiveDifferentFiles) {
  Protected();
  ASSERT_TRUE(
      WriteProtectedKey(Path("again"), "board-1", key_, kPassphrase, KeyStrength::kInteractive)
          .ok());
  EXPECT_NE(Text("again"), Text("protected"));
}

TEST_F(KeyFileTest, NeverOverwrites) {
  const std::string path = Put("taken", "precious");
  EXPECT_EQ(WriteRawKey(path, "l", false, key_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(WriteProtectedKey(path, "l", key_, "p", KeyStrength::kInteractive).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Text("taken"), "precious");
  ASSERT_EQ(symlink(Path("elsewhere").c_str(), Path("link").c_str()), 0);
  EXPECT_EQ(WriteRawKey(Path("link"), "l", false, key_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(Path("elsewhere")));
}

// A short one would keep the daemon from starting until somebody found out why.
TEST_F(KeyFileTest, AProcessKilledWhileItWritesLeavesNoFile) {
  const std::string path = Path("store.key");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit few = {20, 20};  // the next byte kills with SIGXFSZ
    setrlimit(RLIMIT_FSIZE, &few);
    (void)WriteRawKey(path, "store", false, key_);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Read(path), absl::StatusCode::kNotFound);
  ASSERT_TRUE(WriteRawKey(path, "store", false, key_).ok());
  EXPECT_EQ(Read(path), absl::StatusCode::kOk);
}

TEST_F(KeyFileTest, BadLabelsAndEmptyPassphrasesAreNotWritten) {
  for (const std::string& label : {std::string(), std::string("a\nb"), std::string("a\0", 2),
                                   std::string("a\x7f"), std::string(129, 'l')}) {
    EXPECT_EQ(WriteRawKey(Path("k"), label, false, key_).code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(WriteProtectedKey(Path("k"), label, key_, "p", KeyStrength::kInteractive).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(WriteProtectedKey(Path("k"), "l", key_, "", KeyStrength::kInteractive).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(Path("k")));
  EXPECT_TRUE(WriteRawKey(Path("k"), std::string(128, 'l'), false, key_).ok());
}

TEST_F(KeyFileTest, AWrongOrMissingPassphraseIsRefused) {
  const std::string path = Protected();
  EXPECT_EQ(Read(path, "correct horse battery stapl"), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Read(path, ""), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyFileTest, ARawKeyIgnoresAPassphrase) {
  EXPECT_EQ(Read(Raw(), kPassphrase), absl::StatusCode::kOk);
}

TEST_F(KeyFileTest, EveryFlippedBitOfARawKeyIsRefused) {
  Raw();
  const std::string good = Text("raw");
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] ^= 1 << bit % 8;
    const auto parsed = internal::ParseKeyFile(bad);
    ASSERT_FALSE(parsed.ok()) << bit;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_FALSE(internal::ParseKeyFile(good.substr(0, size)).ok()) << size;
  }
  ASSERT_FALSE(internal::ParseKeyFile(good + "\n").ok());
}

// One flip in each line and in every kind of value; each costs an Argon2id when the form is right.
TEST_F(KeyFileTest, FlippedBytesOfAProtectedKeyAreRefused) {
  Protected();
  const std::string good = Text("protected");
  auto replaced = [&](const std::string& from, const std::string& to) {
    const std::string out = absl::StrReplaceAll(good, {{from, to}});
    EXPECT_NE(out, good);
    return Put("bad", out);
  };
  EXPECT_EQ(Read(replaced("board-1", "board-2"), kPassphrase), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Read(replaced("practice no", "practice yes"), kPassphrase),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Read(replaced(key_.public_key().ToHex(), std::string(64, '0')), kPassphrase),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Read(replaced("argon2id 2 ", "argon2id 3 "), kPassphrase),
            absl::StatusCode::kUnauthenticated);
  for (const char* line : {"\nsalt ", "\nsealed "}) {
    std::string bad = good;
    char& digit = bad[bad.find(line) + strlen(line) + 3];
    digit = digit == '0' ? '1' : '0';
    EXPECT_EQ(Read(Put("bad", bad), kPassphrase), absl::StatusCode::kUnauthenticated) << line;
  }
}

TEST_F(KeyFileTest, EverySpellingButTheOneIsRefused) {
  Protected();
  const std::string good = Text("protected");
  ASSERT_TRUE(internal::ParseKeyFile(good).ok());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"data-commons-key 1", "data-commons-key 2"},
           {"data-commons-key 1\n", "data-commons-key 1\r\n"},
           {"practice no", "practice maybe"},
           {"label board-1\n", ""},
           {"label ", "label\t"},
           {"public ", "public  "},
           {"argon2id 2 ", "argon2id +2 "},
           {"argon2id 2 ", "argon2id 02 "},
           {"argon2id 2 ", "argon2id "},
           {"\nsalt ", "\nsalt 00"},
           {"\nsealed ", "\nsealed 00"},
           {"\nsealed ", "\nunknown line\nsealed "}}) {
    const std::string bad = absl::StrReplaceAll(good, {{from, to}});
    ASSERT_NE(bad, good);
    EXPECT_EQ(internal::ParseKeyFile(bad).status().code(), absl::StatusCode::kInvalidArgument)
        << to;
  }
  const size_t sealed = good.find("\nsealed ");
  std::string upper = good;
  for (size_t i = sealed + 8; i < upper.size(); ++i) upper[i] = absl::ascii_toupper(upper[i]);
  EXPECT_FALSE(internal::ParseKeyFile(upper).ok());
  EXPECT_FALSE(internal::ParseKeyFile(good + "x").ok());
  EXPECT_FALSE(internal::ParseKeyFile(std::string(5000, 'x')).ok());
}

// 4 PiB, 2^64 - 1 rounds and the like must not reach Argon2id, nor weaker than was ever written.
TEST_F(KeyFileTest, AbsurdArgon2ParametersAreRefused) {
  Protected();
  const std::string good = Text("protected");
  const std::string line = "argon2id 2 67108864\n";
  ASSERT_THAT(good, HasSubstr(line));
  for (const char* absurd :
       {"argon2id 2 4503599627370496\n", "argon2id 2 18446744073709551615\n",
        "argon2id 2 18446744073709551616\n", "argon2id 18446744073709551615 67108864\n",
        "argon2id 4 67108864\n", "argon2id 3 268435457\n", "argon2id 1 67108864\n",
        "argon2id 0 67108864\n", "argon2id 2 67108863\n", "argon2id 2 0\n", "argon2id 2 -1\n"}) {
    const std::string path = Put("bad", absl::StrReplaceAll(good, {{line, absurd}}));
    EXPECT_EQ(Read(path, kPassphrase), absl::StatusCode::kInvalidArgument) << absurd;
    EXPECT_EQ(NeedsPassphrase(path).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE(
      internal::ParseKeyFile(absl::StrReplaceAll(good, {{line, "argon2id 3 268435456\n"}})).ok());
}

// A raw file whose check is right but whose public key belongs to somebody else.
TEST_F(KeyFileTest, APublicKeyThatIsNotTheSeedsIsRefused) {
  internal::KeyFileText file;
  file.label = "l";
  file.public_key = SigningKey::Generate(random_).public_key();
  file.seed = key_.Seed(SecretKeyAccess::IKnowWhatIAmDoing());
  EXPECT_EQ(Read(Put("bad", internal::FormatRaw(file))), absl::StatusCode::kUnauthenticated);
  file.public_key = key_.public_key();
  EXPECT_EQ(Read(Put("good", internal::FormatRaw(file))), absl::StatusCode::kOk);
}

TEST_F(KeyFileTest, LoosePermissionsAreRefused) {
  for (const std::string& path : {Raw(), Protected()}) {
    for (mode_t mode : {0640, 0604, 0644, 0660, 0602, 0610, 0777}) {
      ASSERT_EQ(chmod(path.c_str(), mode), 0);
      EXPECT_EQ(Read(path, kPassphrase), absl::StatusCode::kPermissionDenied) << mode;
      EXPECT_EQ(NeedsPassphrase(path).status().code(), absl::StatusCode::kPermissionDenied);
    }
    ASSERT_EQ(chmod(path.c_str(), 0400), 0);
    EXPECT_EQ(Read(path, kPassphrase), absl::StatusCode::kOk);
  }
}

TEST_F(KeyFileTest, ASystemdCredentialIsReadThroughItsAcl) {
  const std::string path = Raw();
  ASSERT_EQ(chmod(path.c_str(), 0400), 0);
  // Version 2; user::r, user:1234:r, group::none, mask::r, other::none (linux/posix_acl_xattr.h).
  const unsigned char acl[] = {2,  0, 0, 0,                          //
                               1,  0, 4, 0, 0xff, 0xff, 0xff, 0xff,  //
                               2,  0, 4, 0, 0xd2, 0x04, 0,    0,     //
                               4,  0, 0, 0, 0xff, 0xff, 0xff, 0xff,  //
                               16, 0, 4, 0, 0xff, 0xff, 0xff, 0xff,  //
                               32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};
  if (geteuid() != 0 ||
      setxattr(path.c_str(), "system.posix_acl_access", acl, sizeof(acl), 0) != 0) {
    GTEST_SKIP() << "needs root and a file system with ACLs";
  }
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  ASSERT_EQ(info.st_mode & 0777, 0440u);
  EXPECT_EQ(Read(path), absl::StatusCode::kOk);
  ASSERT_EQ(chmod(path.c_str(), 0444), 0);
  EXPECT_EQ(Read(path), absl::StatusCode::kPermissionDenied);
}

TEST_F(KeyFileTest, WhatIsNoKeyFileIsRefused) {
  EXPECT_EQ(Read(Path("missing")), absl::StatusCode::kNotFound);
  EXPECT_EQ(Read(dir_.path()), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read(Put("empty", "")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read(Put("big", std::string(1 << 20, 'x'))), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(Read(Path("pipe")), absl::StatusCode::kInvalidArgument);
}

TEST_F(KeyFileTest, ErrorsNeverQuoteTheFile) {
  Raw();
  const std::string bad = absl::StrReplaceAll(Text("raw"), {{"seed ", "seed x"}});
  const absl::Status status = ReadKey(Put("bad", bad), "").status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr(SeedHex().substr(0, 8))));
}

}  // namespace
}  // namespace commons::crypto
