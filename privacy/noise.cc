#include "privacy/noise.h"

#include <string.h>

#include <algorithm>
#include <bit>
#include <cstddef>

#include "base/ceil_div.h"
#include "crypto/hash.h"

namespace commons::privacy {
namespace {

struct NamedClass {
  NoiseClass noise_class;
  absl::string_view name;
  uint64_t flips;
};
constexpr NamedClass kClasses[] = {
    {NoiseClass::kLight, "light", 16},
    {NoiseClass::kFine, "fine", 64},
    {NoiseClass::kStandard, "standard", 400},
    {NoiseClass::kBroad, "broad", 1600},
};

const NamedClass& Find(NoiseClass noise_class) {
  return kClasses[static_cast<int>(noise_class) - 1];
}

constexpr uint64_t kBitsPerWord = 64;
constexpr size_t kBufferWords = 512;

// Bits of each byte, for all eight bytes of a word at once.
uint64_t BitsOfBytes(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
}

// Several words side by side, which compilers turn into vector instructions. std::popcount calls a
// function here, since not every x86-64 can count bits, and takes as long as throwing the coins.
uint64_t CountBits(absl::Span<const uint64_t> words) {
  constexpr size_t kLanes = 16;
  constexpr size_t kRounds = 31;  // 8 bits each still fit a byte
  uint64_t bits = 0;
  size_t at = 0;
  while (words.size() - at >= kLanes) {
    const size_t rounds = std::min(kRounds, (words.size() - at) / kLanes);
    uint64_t bytes[kLanes] = {};
    for (size_t round = 0; round < rounds; ++round, at += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) bytes[lane] += BitsOfBytes(words[at + lane]);
    }
    for (const uint64_t lane : bytes) {
      const uint64_t pairs = (lane & 0x00ff00ff00ff00ff) + ((lane >> 8) & 0x00ff00ff00ff00ff);
      bits += (pairs * 0x0001000100010001) >> 48;
    }
  }
  for (; at < words.size(); ++at) bits += std::popcount(words[at]);
  return bits;
}

uint64_t CountHeads(uint64_t flips, crypto::ChaChaStream& coins, absl::Span<uint64_t> buffer) {
  uint64_t heads = 0;
  while (flips > 0) {
    const uint64_t words = std::min<uint64_t>(buffer.size(), CeilDiv(flips, kBitsPerWord));
    coins.Fill(buffer.data(), words * sizeof(uint64_t));
    const uint64_t used = std::min(flips, words * kBitsPerWord);
    if (const uint64_t rest = used % kBitsPerWord; rest != 0) {
      buffer[words - 1] &= (uint64_t{1} << rest) - 1;
    }
    heads += CountBits(buffer.first(words));
    flips -= used;
  }
  return heads;
}

}  // namespace

absl::string_view NoiseClassName(NoiseClass noise_class) { return Find(noise_class).name; }
uint64_t FlipsOf(NoiseClass noise_class) { return Find(noise_class).flips; }

uint32_t ColludersOf(uint32_t members, uint32_t commons, Collusion collusion) {
  const uint32_t others = members - 1;
  if (collusion == Collusion::kAll) return others;
  return std::min(others, std::max(1u, (commons - 1) / 2));
}

uint64_t FlipsShareOf(uint64_t flips, uint32_t members, uint32_t colluders) {
  const uint64_t honest = members - colluders;
  return 2 * CeilDiv(flips, 2 * honest);
}

NoisePlan PlanNoise(uint64_t flips, uint32_t members, uint32_t commons, Collusion collusion) {
  const uint32_t colluders = ColludersOf(members, commons, collusion);
  return {.flips = flips,
          .members = members,
          .colluders = colluders,
          .flips_share = FlipsShareOf(flips, members, colluders)};
}

Hash32 NoiseSeed(absl::string_view node_secret, absl::string_view fresh32,
                 const Hash32& transcript) {
  return crypto::FieldHasher("commons/noise/1", node_secret).Add(fresh32).Add(transcript).Finish();
}

void AddNoise(uint64_t flips_share, crypto::ChaChaStream& coins, absl::Span<uint64_t> vector) {
  uint64_t buffer[kBufferWords];
  for (uint64_t& entry : vector) {
    entry += CountHeads(flips_share, coins, absl::MakeSpan(buffer)) - flips_share / 2;
  }
  // The coins of the last entry would reveal its noise to whoever reads this stack later.
  explicit_bzero(buffer, sizeof(buffer));
}

}  // namespace commons::privacy
