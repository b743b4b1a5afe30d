#include "clients/answer/freeze_words.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace commons::clients {
namespace {

v1::StatusReply::Freeze Freeze() {
  v1::StatusReply::Freeze freeze;
  freeze.set_member("lakes");
  freeze.set_what("the dataset 'cases'");
  freeze.set_doc_id(std::string("\x1a\x2b", 2) + std::string(30, 'x'));
  freeze.set_reason(v1::STOP_CONSENT);
  freeze.set_since(1767225600);
  return freeze;
}

TEST(FreezeWords, SayWhatWhoseSinceWhenAndWhy) {
  EXPECT_EQ(FreezeWords(Freeze()),
            "the dataset 'cases' of lakes, stopped since 2026-01-01T00:00:00Z: consent was "
            "withdrawn, or was never given (document 1a2b787878787878)");
}

TEST(FreezeJson, SaysTheSame) {
  EXPECT_EQ(FreezeJson(Freeze()),
            absl::StrCat("{\"member\":\"lakes\",\"what\":\"the dataset 'cases'\",",
                         "\"since\":\"2026-01-01T00:00:00Z\",\"reason\":\"consent\",",
                         "\"words\":\"consent was withdrawn, or was never given\",",
                         "\"document\":\"", absl::BytesToHexString(Freeze().doc_id()), "\"}"));
}

}  // namespace
}  // namespace commons::clients
