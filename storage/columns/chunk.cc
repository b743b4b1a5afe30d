#include "storage/columns/chunk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/status/status.h"

namespace commons::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "chunks are read in place");

enum Kind : uint8_t { kCodes = 1, kIntegers = 2, kTexts = 3 };

struct Header {
  uint8_t kind;
  uint8_t width;
  uint8_t has_nulls;
  uint8_t zero;
  uint32_t rows;
  int64_t base;
};
static_assert(sizeof(Header) == 16);

constexpr int kCodeWidthMax = 32;
constexpr int kWidthMax = 56;  // one unaligned 64-bit load holds any value

size_t PackedBytes(size_t rows, int width) { return (rows * width + 63) / 64 * 8; }
size_t NullBytes(size_t rows) { return (rows + 63) / 64 * 8; }
// Behind the payload, so that 64-bit loads and groups of eight never leave the buffer.
constexpr size_t kPad = 8 + kWidthMax;

template <typename T>
void AppendPacked(absl::Span<const T> values, int width, uint64_t base, std::string* out) {
  uint64_t word = 0;
  int used = 0;
  const size_t start = out->size();
  out->resize(start + PackedBytes(values.size(), width));
  char* at = out->data() + start;
  const auto flush = [&] {
    std::memcpy(at, &word, 8);
    at += 8;
  };
  for (const T value : values) {
    const uint64_t bits = static_cast<uint64_t>(value) - base;
    word |= bits << used;
    used += width;
    if (used >= 64) {
      flush();
      used -= 64;
      word = used == 0 ? 0 : bits >> (width - used);
    }
  }
  if (used > 0) flush();
}

std::string Start(Kind kind, int width, bool has_nulls, size_t rows, int64_t base) {
  const Header header{kind, static_cast<uint8_t>(width), has_nulls,
                      0,    static_cast<uint32_t>(rows), base};
  std::string out(sizeof(header), '\0');
  std::memcpy(out.data(), &header, sizeof(header));
  return out;
}

// Value J of eight, which are exactly W bytes.
template <int W, int J>
inline uint64_t Unpack(const uint8_t* from) {
  constexpr int kByte = W <= 8 ? 0 : J * W / 8;  // narrow values share one load
  uint64_t word;
  std::memcpy(&word, from + kByte, 8);
  return (word >> (J * W - kByte * 8)) & ((uint64_t{1} << W) - 1);
}

template <typename Use, size_t... J>
inline void EachOfEight(Use use, std::index_sequence<J...>) {
  (use(std::integral_constant<int, static_cast<int>(J)>()), ...);
}

// Calls use(i, value) for each of `count` values, rounded up to a multiple of eight.
template <int W, typename Use>
inline void EachPacked(const uint8_t* packed, uint32_t first, uint32_t count, Use use) {
  const uint8_t* from = packed + static_cast<size_t>(first) / 8 * W;
  for (uint32_t i = 0; i < count; i += 8, from += W) {
    EachOfEight([&](auto j) { use(i + j(), Unpack<W, j()>(from)); }, std::make_index_sequence<8>());
  }
}

using CodeReader = void (*)(const uint8_t*, uint32_t, uint32_t, uint32_t*);
using CodeMapper = void (*)(const uint8_t*, uint32_t, uint32_t, const uint32_t*, uint32_t*);
using IntegerReader = void (*)(const uint8_t*, uint32_t, uint32_t, uint64_t, int64_t*);

template <int W>
void ReadCodesOf(const uint8_t* packed, uint32_t first, uint32_t count, uint32_t* __restrict out) {
  EachPacked<W>(packed, first, count,
                [=](uint32_t i, uint64_t code) { out[i] = static_cast<uint32_t>(code); });
}

template <int W>
void AddMappedOf(const uint8_t* packed, uint32_t first, uint32_t count,
                 const uint32_t* __restrict table, uint32_t* __restrict out) {
  EachPacked<W>(packed, first, count, [=](uint32_t i, uint64_t code) { out[i] += table[code]; });
}

template <int W>
void ReadIntegersOf(const uint8_t* packed, uint32_t first, uint32_t count, uint64_t base,
                    int64_t* __restrict out) {
  EachPacked<W>(packed, first, count,
                [=](uint32_t i, uint64_t value) { out[i] = static_cast<int64_t>(value + base); });
}

// One function for each width.
constexpr auto kCodeReaders = []<int... W>(std::integer_sequence<int, W...>) {
  return std::array<CodeReader, sizeof...(W)>{&ReadCodesOf<W>...};
}
(std::make_integer_sequence<int, kCodeWidthMax + 1>());
constexpr auto kCodeMappers = []<int... W>(std::integer_sequence<int, W...>) {
  return std::array<CodeMapper, sizeof...(W)>{&AddMappedOf<W>...};
}
(std::make_integer_sequence<int, kCodeWidthMax + 1>());
constexpr auto kIntegerReaders = []<int... W>(std::integer_sequence<int, W...>) {
  return std::array<IntegerReader, sizeof...(W)>{&ReadIntegersOf<W>...};
}
(std::make_integer_sequence<int, kWidthMax + 1>());

}  // namespace

int CodeWidth(const ColumnLayout& column) {
  return std::bit_width(column.code_count - (column.required && column.code_count > 0));
}

std::string PackCodes(absl::Span<const uint32_t> codes, int width) {
  std::string out = Start(kCodes, width, false, codes.size(), 0);
  out.reserve(out.size() + PackedBytes(codes.size(), width) + kPad);
  AppendPacked(codes, width, 0, &out);
  out.append(kPad, '\0');
  return out;
}

std::string PackIntegers(absl::Span<const int64_t> values, absl::Span<const uint8_t> nulls) {
  // NULLs must not widen the frame: they are packed as its base.
  int64_t least = INT64_MAX;
  int64_t most = INT64_MIN;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!nulls.empty() && nulls[i]) continue;
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  const int64_t base = least > most ? 0 : least;
  const int width = least > most ? 0 : std::bit_width(static_cast<uint64_t>(most) - least);
  std::string out = Start(kIntegers, width, !nulls.empty(), values.size(), base);
  out.reserve(out.size() + PackedBytes(values.size(), width) + NullBytes(nulls.size()) + kPad);
  if (nulls.empty()) {
    AppendPacked(values, width, static_cast<uint64_t>(base), &out);
  } else {
    std::vector<int64_t> framed(values.begin(), values.end());
    for (size_t i = 0; i < framed.size(); ++i) framed[i] = nulls[i] ? base : framed[i];
    AppendPacked<int64_t>(framed, width, static_cast<uint64_t>(base), &out);
    const size_t at = out.size();
    out.resize(at + NullBytes(nulls.size()));
    for (size_t i = 0; i < nulls.size(); ++i) {
      if (nulls[i]) out[at + i / 8] |= static_cast<char>(1 << (i % 8));
    }
  }
  out.append(kPad, '\0');
  return out;
}

std::string PackTexts(absl::Span<const uint32_t> lengths, absl::string_view bytes) {
  std::string out = Start(kTexts, 32, false, lengths.size(), 0);
  out.append(reinterpret_cast<const char*>(lengths.data()), lengths.size() * sizeof(uint32_t));
  out.append(bytes.data(), bytes.size());
  return out;
}

absl::StatusOr<ChunkView> ChunkView::Parse(absl::string_view plain) {
  Header header;
  if (plain.size() < sizeof(header)) return absl::DataLossError("column chunk: too short");
  std::memcpy(&header, plain.data(), sizeof(header));
  const int width_max = header.kind == kCodes ? kCodeWidthMax : kWidthMax;
  if ((header.kind != kCodes && header.kind != kIntegers) || header.width > width_max ||
      header.has_nulls > (header.kind == kIntegers) || header.zero != 0 ||
      header.rows > kChunkRows) {
    return absl::DataLossError("column chunk: unknown header");
  }
  const size_t packed = PackedBytes(header.rows, header.width);
  const size_t nulls = header.has_nulls ? NullBytes(header.rows) : 0;
  if (plain.size() != sizeof(header) + packed + nulls + kPad) {
    return absl::DataLossError("column chunk: wrong length");
  }
  ChunkView view;
  view.packed_ = reinterpret_cast<const uint8_t*>(plain.data()) + sizeof(header);
  view.nulls_ = header.has_nulls ? view.packed_ + packed : nullptr;
  view.rows_ = header.rows;
  view.width_ = header.width;
  view.codes_ = header.kind == kCodes;
  view.base_ = header.base;
  return view;
}

void ChunkView::ReadCodes(uint32_t first, uint32_t count, uint32_t* out) const {
  kCodeReaders[width_](packed_, first, count, out);
}

void ChunkView::AddMapped(uint32_t first, uint32_t count, const uint32_t* table,
                          uint32_t* out) const {
  kCodeMappers[width_](packed_, first, count, table, out);
}

void ChunkView::ReadIntegers(uint32_t first, uint32_t count, int64_t* out) const {
  kIntegerReaders[width_](packed_, first, count, static_cast<uint64_t>(base_), out);
}

uint64_t ChunkView::NullWord(uint32_t first) const {
  if (nulls_ == nullptr) return 0;
  uint64_t word;
  std::memcpy(&word, nulls_ + first / 8, 8);
  return word;
}

}  // namespace commons::storage
