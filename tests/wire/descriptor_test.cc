// What can cross a border at all, read from the descriptors: every field says who may see it,
// nothing an RPC can reach is secret, and every list and opaque field is bounded by something other
// than data.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "governance/document/payload_types.h"
#include "proto/local_service.pb.h"
#include "proto/options.pb.h"
#include "proto/peer.pb.h"
#include "proto/peer_service.pb.h"
#include "tests/wire/bounds.h"

namespace commons::wire {
namespace {

namespace kinds = governance::kinds;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// The services' files hold no messages: they are linked in only because their tables are named
// here.
const std::vector<const FileDescriptor*>& ServiceFiles() {
  static const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  static const std::vector<const FileDescriptor*> files = {
      pool->FindFileByName(descriptor_table_proto_2flocal_5fservice_2eproto.filename),
      pool->FindFileByName(descriptor_table_proto_2fpeer_5fservice_2eproto.filename)};
  return files;
}

// What travels inside Envelopes, by payload type.
const std::map<std::string, const Descriptor*>& Payloads() {
  static const std::map<std::string, const Descriptor*> payloads = {
      {kinds::kOrgRoot, v1::OrgRoot::descriptor()},
      {kinds::kNodeInfo, v1::NodeInfo::descriptor()},
      {kinds::kCharter, v1::Charter::descriptor()},
      {kinds::kResolution, v1::Resolution::descriptor()},
      {kinds::kApproval, v1::Approval::descriptor()},
      {kinds::kOwnerPolicy, v1::OwnerPolicy::descriptor()},
      {kinds::kManifest, v1::Manifest::descriptor()},
      {kinds::kAccreditation, v1::Accreditation::descriptor()},
      {kinds::kProject, v1::Project::descriptor()},
      {kinds::kProjectApproval, v1::ProjectApproval::descriptor()},
      {kinds::kStandard, v1::Standard::descriptor()},
      {kinds::kCompare, v1::Compare::descriptor()},
      {kinds::kCompareReply, v1::CompareReply::descriptor()},
      {kinds::kPull, v1::Pull::descriptor()},
      {kinds::kPullReply, v1::PullReply::descriptor()},
      {kinds::kPush, v1::Push::descriptor()},
      {kinds::kPushReply, v1::PushReply::descriptor()},
      {kinds::kPreview, v1::Preview::descriptor()},
      {kinds::kPreviewReply, v1::PreviewReply::descriptor()},
      {kinds::kPropose, v1::Propose::descriptor()},
      {kinds::kVote, v1::Vote::descriptor()},
      {kinds::kProposeReply, v1::ProposeReply::descriptor()},
      {kinds::kSeal, v1::Seal::descriptor()},
      {kinds::kSealReply, v1::SealReply::descriptor()},
      {kinds::kSubmit, v1::Submit::descriptor()},
      {kinds::kSubmitReply, v1::SubmitReply::descriptor()},
      {kinds::kPublish, v1::Publish::descriptor()},
      {kinds::kPublishReply, v1::PublishReply::descriptor()},
  };
  return payloads;
}

void Reach(const Descriptor* message, std::set<const Descriptor*>& reached) {
  if (!reached.insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i) {
    if (const Descriptor* inner = message->field(i)->message_type()) Reach(inner, reached);
  }
}

void ReachFrom(const FileDescriptor* services, std::set<const Descriptor*>& reached) {
  for (int s = 0; s < services->service_count(); ++s) {
    for (int m = 0; m < services->service(s)->method_count(); ++m) {
      Reach(services->service(s)->method(m)->input_type(), reached);
      Reach(services->service(s)->method(m)->output_type(), reached);
    }
  }
}

std::set<const Descriptor*> ReachableFromAnyPeer() {
  std::set<const Descriptor*> reached;
  ReachFrom(ServiceFiles()[1], reached);
  for (const auto& [kind, message] : Payloads()) Reach(message, reached);
  return reached;
}

std::set<const Descriptor*> ReachableFromAnyRpc() {
  std::set<const Descriptor*> reached = ReachableFromAnyPeer();
  ReachFrom(ServiceFiles()[0], reached);
  Reach(v1::ReleaseRecord::descriptor(), reached);  // inside Publish.release
  return reached;
}

void All(const Descriptor* message, std::set<const Descriptor*>& all) {
  all.insert(message);
  for (int i = 0; i < message->nested_type_count(); ++i) All(message->nested_type(i), all);
}

void Files(const FileDescriptor* file, std::set<const FileDescriptor*>& files) {
  if (file->package() != "commons.v1" || !files.insert(file).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) Files(file->dependency(i), files);
}

std::set<const Descriptor*> EveryMessage() {
  std::set<const FileDescriptor*> files;
  for (const FileDescriptor* file : ServiceFiles()) Files(file, files);
  for (const auto& [kind, message] : Payloads()) Files(message->file(), files);
  std::set<const Descriptor*> all;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) All(file->message_type(i), all);
  }
  return all;
}

bool IsOpaque(const FieldDescriptor* field) {
  return field->type() == FieldDescriptor::TYPE_STRING ||
         field->type() == FieldDescriptor::TYPE_BYTES;
}

std::string ShortName(const FieldDescriptor* field) {
  return field->full_name().substr(std::string("commons.v1.").size());
}

TEST(Wire, EveryTextAndBytesFieldSaysWhoMaySeeIt) {
  size_t looked_at = 0;
  for (const Descriptor* message : EveryMessage()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      if (!IsOpaque(field)) continue;
      ++looked_at;
      EXPECT_NE(field->options().GetExtension(v1::sees), v1::SENSITIVITY_UNSPECIFIED)
          << field->full_name();
    }
  }
  EXPECT_GT(looked_at, 150u);
}

TEST(Wire, NothingSecretIsReachableFromAnRpc) {
  for (const Descriptor* message : ReachableFromAnyRpc()) {
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_NE(message->field(i)->options().GetExtension(v1::sees), v1::SECRET)
          << message->field(i)->full_name();
    }
  }
}

TEST(Wire, NothingOfTheOwnersOwnPeopleIsReachableFromAPeer) {
  const auto own = [](const std::set<const Descriptor*>& messages) {
    std::vector<std::string> names;
    for (const Descriptor* message : messages) {
      for (int i = 0; i < message->field_count(); ++i) {
        if (message->field(i)->options().GetExtension(v1::sees) == v1::OWN) {
          names.push_back(message->field(i)->full_name());
        }
      }
    }
    return names;
  };
  EXPECT_THAT(own(ReachableFromAnyPeer()), testing::IsEmpty());
  EXPECT_THAT(own(ReachableFromAnyRpc()), testing::Not(testing::IsEmpty()));
}

TEST(Wire, EveryListAndOpaqueFieldIsBoundedBySomethingOtherThanData) {
  std::map<std::string, std::string> bounds;
  for (const Bound& each : kBounds) {
    EXPECT_TRUE(bounds.emplace(each.field, each.bound).second) << each.field << " twice";
    EXPECT_NE(std::string(each.bound), "");
  }
  std::set<std::string> found;
  for (const Descriptor* message : ReachableFromAnyRpc()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      EXPECT_FALSE(field->is_map()) << field->full_name() << ": maps have no canonical bytes";
      if (!field->is_repeated() && field->type() != FieldDescriptor::TYPE_BYTES) continue;
      EXPECT_EQ(bounds.count(ShortName(field)), 1u)
          << field->full_name() << " may carry anything: say in bounds.h what bounds it";
      found.insert(ShortName(field));
    }
  }
  for (const auto& [field, bound] : bounds) {
    EXPECT_EQ(found.count(field), 1u) << field << " is no longer reachable: leave it out";
  }
}

// Arrow, row and record batches: what must not leave has no wire form, under any name.
TEST(Wire, NoMessageIsNamedAfterARow) {
  for (const Descriptor* message : EveryMessage()) {
    for (const char* word : {"Row", "Person", "Subject", "Batch"}) {
      EXPECT_THAT(message->name(), testing::Not(testing::HasSubstr(word)));
    }
  }
}

TEST(Wire, NothingUnknownHidesInAnyOrStruct) {
  for (const Descriptor* message : ReachableFromAnyRpc()) {
    EXPECT_EQ(message->file()->package(), "commons.v1") << message->full_name();
  }
}

}  // namespace
}  // namespace commons::wire
