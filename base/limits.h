// A limit on everything that comes from outside. Units last in each name.
#ifndef COMMONS_BASE_LIMITS_H_
#define COMMONS_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace commons::limits {

// Documents and exchange (docs/formats/documents.md).
inline constexpr size_t kDocumentBytes = 1 << 20;
inline constexpr size_t kSignaturesPerEnvelope = 64;
inline constexpr size_t kQuorumDepth = 4;
inline constexpr size_t kQuorumKeys = 64;
inline constexpr size_t kMembers = 256;
inline constexpr size_t kDocumentsPerBatch = 256;
inline constexpr size_t kBatchBytes = 2 << 20;
inline constexpr size_t kLogEntriesPerOrg = 1 << 16;
inline constexpr size_t kLogBytesPerOrg = 16 << 20;  // every node holds every log in memory
// Freezes and lifts, which stand in no log: each key that may sign them has an equal part of an
// organisation's, so that no key leaves another one without room.
inline constexpr size_t kSetBytesPerOrg = 1 << 20;
inline constexpr size_t kSetBytesPerKey = 64 << 10;  // at most: about 280 freezes
// Of each key on the newest card, also where others have filled all: about 17 freezes. A card has
// at most 3 * kQuorumKeys.
inline constexpr size_t kSetBytesReserved = 4 << 10;
inline constexpr size_t kSetBytesPerOrgAndReserved = 2 << 20;
inline constexpr size_t kSetDocumentBytes = 20 << 10;  // of the payload
inline constexpr size_t kFreezesPerLift = 512;
inline constexpr size_t kDeclineTexts = 8;
inline constexpr size_t kDeclineTextBytes = 512;
inline constexpr size_t kPeerMessageBytes = 4 << 20;
inline constexpr size_t kSmallPeerMessageBytes = 256 << 10;  // kinds without documents or votes
inline constexpr size_t kPeerMessageFields = 1 << 17;
inline constexpr size_t kPeerBytesInHand = 64 << 20;      // messages being handled, of all peers
inline constexpr size_t kPeerBytesInHandEach = 16 << 20;  // and of one
// Calls of one peer: its four questions here and their withdrawals, four that follow, and rounds of
// comparing.
inline constexpr size_t kPeerCallsInHandEach = 16;
inline constexpr size_t kLocalMessageBytes = 8 << 20;

// Connections (docs/decisions/0011-the-edge.md).
// That have not finished TLS: a handshake is over in a round trip; each takes about 40 KiB.
inline constexpr size_t kHandshakes = 128;
inline constexpr size_t kHandshakesEach = 32;  // of one address; the oldest goes for a new one
inline constexpr int kHandshakeSeconds = 5;
// Of peers: a member has one, and a second while it comes anew. Three descriptors each.
inline constexpr size_t kPeerConnections = 512;
inline constexpr size_t kPeerConnectionsEach = 8;
// Of the organisation's own people, over local.sock: whose questions wait for their turn, and as
// many others. Two descriptors each.
inline constexpr size_t kQuestionsWaiting = 64;
inline constexpr size_t kQuestionsWaitingEach = 8;  // of one researcher
inline constexpr size_t kLocalConnections = 2 * kQuestionsWaiting;
// Everything else: the database and a scan, calls to every member, questions under way, a margin.
inline constexpr size_t kOtherDescriptors = 448;
inline constexpr size_t kHeaderBlockBytes = 16 << 10;  // gRPC refuses 8 KiB of them, decoded
inline constexpr size_t kPeerCallsOpenEach = 48;       // each may hold a reply of kBatchBytes
inline constexpr size_t kPeerBytesOpenEach = 32 << 20;
inline constexpr int kPeerCallSeconds = 30;  // the longest honest call has 10
inline constexpr int kStalledSeconds = 30;   // a peer that takes nothing of what waits for it
inline constexpr int kCutSeconds = 5 * 60;   // how long a key is refused

inline constexpr size_t kConfigTextBytes = 512;  // each text of node.toml

// Datasets (docs/formats/datapackage.md).
inline constexpr size_t kColumns = 512;
inline constexpr size_t kCodesPerColumn = 4096;       // that it is grouped by
inline constexpr size_t kCodesPerLongList = 1 << 16;  // grouped by its groupings alone
inline constexpr size_t kGroupingsPerColumn = 16;
inline constexpr size_t kCodeListBytes = 4 << 20;  // a CSV file beside a package
inline constexpr size_t kCodesOfResponses = 53;    // as bits of a number that is exact
inline constexpr size_t kResponseSeparatorBytes = 8;
inline constexpr size_t kBandsPerColumn = 256;
inline constexpr size_t kNameBytes = 128;
inline constexpr size_t kLabelBytes = 256;
inline constexpr size_t kDatapackageBytes = 1 << 20;
// Of the file in which a steward says how the owner's files are written, and of its message.
inline constexpr size_t kDialectBytes = 1 << 18;
inline constexpr uint32_t kHeaderRowMax = 1000;
inline constexpr size_t kSeparatorBytes = 4;  // one character inside a number
inline constexpr size_t kDateFormatBytes = 64;
inline constexpr size_t kCsvFieldBytes = 1 << 16;
inline constexpr size_t kCsvRecordBytes = 1 << 20;
inline constexpr int64_t kAbsScaledValueMax = int64_t{1} << 53;
inline constexpr int kDecimalsMax = 6;
inline constexpr uint32_t kRowsPerPersonMax = 255;

// Questions (docs/for-researchers/sql.md).
inline constexpr size_t kSqlBytes = 64 << 10;
inline constexpr size_t kSqlTokens = 4096;
inline constexpr size_t kQuestionBytes = 224 << 10;  // it travels in a small peer message
inline constexpr size_t kGroupDimensions = 6;
inline constexpr size_t kCells = 4096;
inline constexpr size_t kPartials = 32;
inline constexpr size_t kMeasures = 64;
// Of one member for one answer: about half a second of a slow machine's time.
inline constexpr uint64_t kNoiseCoins = uint64_t{1} << 32;
inline constexpr size_t kConcurrentQuestions = 4;
inline constexpr size_t kOpenProposalsPerOrg = 4;
inline constexpr uint32_t kAttempts = 3;
inline constexpr size_t kVoteBytes = 4 << 10;  // a roster holds all votes, and a Publish the roster
inline constexpr size_t kPeerWordsBytes = 300;  // what another organisation says, as shown
inline constexpr int kPhaseSeconds = 2;
inline constexpr int kQuestionSeconds = 10;
inline constexpr int kReservationSeconds = 30;

}  // namespace commons::limits

#endif  // COMMONS_BASE_LIMITS_H_
