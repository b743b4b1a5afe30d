// A member writes papers into its own log that speak for others: a false charter, a whole false
// commons, a yes in the victim's name. The victim's board goes on as if they were not there. Each
// was seen to stop it while the command line believed what a document says of itself.
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/papers.h"
#include "governance/document/document.h"
#include "tests/attacks/intruder.h"
#include "tests/attacks/papers.h"

namespace commons::attacks {
namespace {

using clients::Paper;
using clients::Papers;

class Boards : public WithLab<v1::PROTECTED> {
 protected:
  // The first proposal that waits, once the victim knows it.
  DocId WaitForProposal() const {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (absl::Now() < deadline) {
      const Papers papers = PapersOf(*lab, kVictim);
      for (const Paper& paper : papers.all()) {
        if (paper.standing == Paper::Standing::kWaits) return paper.document->id;
      }
    }
    ADD_FAILURE() << "the proposal did not come";
    return DocId();
  }
  Intruder intruder_{*lab};
};

TEST_F(Boards, WorkOnBesidePapersThatCountForNothing) {
  const std::string dir = " --dir " + lab->DirOf(kVictim);
  const std::string floor = lab->DirOf(kVictim) + "/floor.toml";
  std::ofstream(floor) << "purposes = ['planning']\nthreshold = 7\n";
  ASSERT_TRUE(lab->Commons("doc propose --dir " + lab->DirOf(kBystander) + " --policy " + floor));
  const DocId proposal = WaitForProposal();
  intruder_.LearnFrom(kVictim);
  v1::Resolution real;
  const Papers before = PapersOf(*lab, kVictim);
  for (const Paper& paper : before.all()) {
    if (paper.document->id == proposal) real = paper.document->As<v1::Resolution>();
  }
  const uint64_t version = real.header().version();
  const CommonsId commons = intruder_.reg().commons_id();

  std::vector<v1::Envelope> papers = FalseCommons(intruder_, before, real);
  papers.push_back(YesOf(intruder_, {kVictim, commons, version, proposal}));
  v1::Resolution in_another_name = real;
  in_another_name.mutable_header()->set_issuer(intruder_.OrgOf(kVictim).ToBytes());
  papers.push_back(Unsigned(kinds::kResolution, in_another_name));
  ASSERT_EQ(intruder_.PushPages(kVictim, {intruder_.PageOf(kAttacker, papers, intruder_.node_key)}),
            "ok");

  // They are there, and count for nothing.
  const Papers read = PapersOf(*lab, kVictim);
  EXPECT_EQ(read.reg().commons_id(), commons);
  EXPECT_EQ(read.reg().StatementOf(intruder_.OrgOf(kVictim), {version, 1}), nullptr);
  EXPECT_FALSE(read.Named(governance::IdOf(papers[0]).ToHex()).ok());
  EXPECT_FALSE(lab->Commons("doc review" + dir + " " + governance::IdOf(papers[0]).ToHex()));
  EXPECT_FALSE(lab->Commons("doc approve" + dir + " " + governance::IdOf(papers.back()).ToHex()));

  // The board's tools work on what does.
  EXPECT_TRUE(lab->Commons("node invite" + dir + " --out " + lab->DirOf(kVictim) + "/new.rule"));
  EXPECT_TRUE(lab->Commons("doc policy" + dir + " --dataset visits --from " + floor));
  EXPECT_TRUE(lab->Commons("doc review" + dir + " " + proposal.ToHex()));
  EXPECT_TRUE(lab->Commons("doc approve" + dir + " " + proposal.ToHex()));
  const Papers after = PapersOf(*lab, kVictim);
  const auto* said = after.reg().StatementOf(intruder_.OrgOf(kVictim), {version, 1});
  ASSERT_NE(said, nullptr) << "the board's own yes";
  EXPECT_EQ(said->document, proposal);

  // And whose log it is, is named.
  const auto client = clients::LocalClient::Connect(lab->DirOf(kVictim));
  const auto status = (*client)->Status(absl::Seconds(10));
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->worthless_size(), 1);
  EXPECT_EQ(status->worthless(0).member(), kAttacker);
  EXPECT_EQ(status->worthless(0).documents(), papers.size());
}

}  // namespace
}  // namespace commons::attacks
