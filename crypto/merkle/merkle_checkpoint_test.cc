#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "crypto/hash.h"
#include "crypto/merkle/merkle.h"
#include "crypto/vectors_for_test.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

constexpr char kOrigin[] = "data-commons/00ff/governance";
constexpr char kDash[] = "\xe2\x80\x94";

class CheckpointTest : public testing::Test {
 protected:
  // A signature line over any body, so that only the body's form can be at fault.
  static std::string Line(const SigningKey& key, const std::string& name, const std::string& body) {
    const std::string id = Sha256(name + "\n\x01" + key.public_key().ToBytes()).ToBytes();
    return absl::StrCat(kDash, " ", name, " ", absl::Base64Escape(id.substr(0, 4) + key.Sign(body)),
                        "\n");
  }
  std::string Note(const std::string& body) const {
    return body + "\n" + Line(key_, body.substr(0, body.find('\n')), body);
  }
  absl::StatusCode Open(const std::string& note) const {
    return OpenCheckpoint(note, key_.public_key()).status().code();
  }

  SeededRandom random_{90};
  SigningKey key_ = SigningKey::Generate(random_);
  const std::string root64_ = absl::Base64Escape(Sha256("root").view());
  const Checkpoint checkpoint_{kOrigin, 42, Sha256("root")};
  const std::string body_ = absl::StrCat(kOrigin, "\n42\n", root64_, "\n");
  const std::string note_ = SignCheckpoint(checkpoint_, key_);
};

TEST_F(CheckpointTest, IsTheSignedNoteByteForByte) {
  EXPECT_EQ(note_, body_ + "\n" + Line(key_, kOrigin, body_));
}

// The verifier key of golang.org/x/mod/sumdb/note's example:
// "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".
TEST_F(CheckpointTest, KeyIdMatchesThePublishedVerifierKey) {
  std::string typed;
  ASSERT_TRUE(absl::Base64Unescape("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &typed));
  ASSERT_EQ(typed.size(), 33u);
  EXPECT_EQ(Sha256("PeterNeumann\n" + typed).ToHex().substr(0, 8), "c74f20a3");
  EXPECT_EQ(typed[0], '\x01');
}

TEST_F(CheckpointTest, RoundTrips) {
  for (uint64_t size : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
    const auto opened =
        OpenCheckpoint(SignCheckpoint({kOrigin, size, Sha256("r")}, key_), key_.public_key());
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->origin, kOrigin);
    EXPECT_EQ(opened->size, size);
    EXPECT_EQ(opened->root, Sha256("r"));
  }
}

TEST_F(CheckpointTest, AForeignKeyIsRefused) {
  const SigningKey other = SigningKey::Generate(random_);
  EXPECT_EQ(OpenCheckpoint(note_, other.public_key()).status().code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Open(SignCheckpoint(checkpoint_, other)), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, ASignatureUnderAnotherNameIsRefused) {
  EXPECT_EQ(Open(body_ + "\n" + Line(key_, "another/log", body_)),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, ASignatureOverAnotherBodyIsRefused) {
  const std::string bigger = absl::StrCat(kOrigin, "\n43\n", root64_, "\n");
  EXPECT_EQ(Open(bigger + "\n" + Line(key_, kOrigin, body_)), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, EveryFlippedBitIsRefused) {
  for (size_t bit = 0; bit < 8 * note_.size(); ++bit) {
    std::string bad = note_;
    bad[bit / 8] ^= 1 << bit % 8;
    EXPECT_NE(Open(bad), absl::StatusCode::kOk) << bit;
  }
  for (size_t size = 0; size < note_.size(); ++size) {
    EXPECT_NE(Open(note_.substr(0, size)), absl::StatusCode::kOk) << size;
  }
}

TEST_F(CheckpointTest, SignaturesOfOthersAreIgnoredBeforeAndAfter) {
  const SigningKey witness = SigningKey::Generate(random_);
  const std::string own = Line(key_, kOrigin, body_);
  const std::string other = Line(witness, "witness.example", body_);
  const std::string broken =
      absl::StrCat(kDash, " ", kOrigin, " ", absl::Base64Escape("12345"), "\n");
  EXPECT_EQ(Open(body_ + "\n" + other + broken + own + other), absl::StatusCode::kOk);
  EXPECT_EQ(Open(body_ + "\n" + other), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, AnInvalidSignatureOfTheKeyIsNotOutvotedByAGoodOne) {
  EXPECT_EQ(Open(note_ + Line(key_, kOrigin, "another body")), absl::StatusCode::kUnauthenticated);
}

TEST_F(CheckpointTest, TooManySignatureLinesAreRefused) {
  std::string lines;
  for (int i = 0; i < 15; ++i) lines += Line(key_, "w", body_);
  EXPECT_EQ(Open(note_ + lines), absl::StatusCode::kOk);
  EXPECT_EQ(Open(note_ + lines + Line(key_, "w", body_)), absl::StatusCode::kInvalidArgument);
}

TEST_F(CheckpointTest, TrailingGarbageIsRefused) {
  for (const char* garbage : {"\n", "x", "x\n", " ", "\n\n", "\xe2\x80\x94 name\n"}) {
    EXPECT_EQ(Open(note_ + garbage), absl::StatusCode::kInvalidArgument) << garbage;
  }
  EXPECT_EQ(Open(note_ + std::string(1, '\0')), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Open(note_ + std::string(9000, 'x')), absl::StatusCode::kInvalidArgument);
}

// Each body is correctly signed: only its form is wrong.
TEST_F(CheckpointTest, MalformedBodiesAreRefusedThoughSigned) {
  const std::string o = kOrigin;
  ASSERT_EQ(Open(Note(o + "\n42\n" + root64_ + "\n")), absl::StatusCode::kOk);
  for (const std::string& body : {
           o + "\n18446744073709551616\n" + root64_ + "\n",  // 2^64
           o + "\n99999999999999999999999\n" + root64_ + "\n",
           o + "\n-1\n" + root64_ + "\n",
           o + "\n+42\n" + root64_ + "\n",
           o + "\n042\n" + root64_ + "\n",
           o + "\n 42\n" + root64_ + "\n",
           o + "\n0x2a\n" + root64_ + "\n",
           o + "\n\xd9\xa4\n" + root64_ + "\n",
           o + "\n42\n" + root64_.substr(0, 43) + "\n",  // padding cut
           o + "\n42\n" + root64_ + "=\n",
           o + "\n42\n " + root64_ + "\n",
           o + "\n42\n" + absl::Base64Escape("short") + "\n",
           o + "\n42\n" + absl::Base64Escape(std::string(33, 'x')) + "\n",
           o + "\n42\n" + root64_ + "\nextension\n",
           o + "\n42\n",
           o + "\n",
           o + " x\n42\n" + root64_ + "\n",
           o + "+x\n42\n" + root64_ + "\n",
           o + "\r\n42\r\n" + root64_ + "\r\n",
           o + std::string("\0", 1) + "\n42\n" + root64_ + "\n",
           "\xc3\xa9\n42\n" + root64_ + "\n",
           std::string(257, 'o') + "\n42\n" + root64_ + "\n",
       }) {
    EXPECT_EQ(Open(Note(body)), absl::StatusCode::kInvalidArgument) << body;
  }
}

TEST_F(CheckpointTest, NotesWithoutBodyOrSignatureAreRefused) {
  for (const std::string& note : {std::string(), std::string("\n\n"), std::string("\n"), body_,
                                  body_ + "\n", "\n" + Line(key_, kOrigin, body_)}) {
    EXPECT_EQ(Open(note), absl::StatusCode::kInvalidArgument) << note;
  }
}

}  // namespace
}  // namespace commons::crypto
