#include "storage/model/text_codec.h"

#include "storage/base/text.h"

#include <bit>
#include <cmath>
#include <limits>

namespace shiqu::model {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr double kSteps = 10000;  // of confidence
constexpr std::uint64_t kNoConfidence = 0;
constexpr std::uint64_t kPlainConfidence = 10002;  // the eight bytes of the number follow
constexpr unsigned kKindMask = 0x0F;
constexpr unsigned kHasGlyphs = 0x10;
constexpr unsigned kOwnCharacters = 0x20;  // glyphs are not the characters of the line's text
constexpr unsigned kHasAlternatives = 0x40;
constexpr unsigned kKnownFlags = 0x7F;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kLeastLine = kIdBytes + 7;
constexpr std::size_t kLeastGlyph = 5;
constexpr std::size_t kLeastRegion = 5;
constexpr unsigned kLineKinds = 7;
constexpr unsigned kRegionKinds = 8;

/// Where a box is expected; only the difference is stored. Wide, for boxes may be any integers.
struct Expected {
  std::int64_t x = 0, y = 0, width = 0, height = 0;
};

Expected wide(const Box& box) {
  return {box.x, box.y, box.width, box.height};
}

/// Before the first glyph of a line: a square at its head.
Expected at_head(const Line& line) {
  const std::int64_t side = line.kind == LineKind::Horizontal ? line.box.height : line.box.width;
  return {line.box.x, line.box.y, side, side};
}

/// Behind a glyph, as the line runs: as large as it.
Expected behind(const Line& line, const Box& glyph) {
  Expected out = wide(glyph);
  if (line.kind == LineKind::Horizontal) {
    out.x += out.width;
  } else {
    out.y += out.height;
  }
  return out;
}

std::string clean(const std::string& text) {
  return is_utf8(text) ? text : to_utf8(to_utf32(text));
}

class Writer {
 public:
  void byte(unsigned value) { out_ += static_cast<char>(value); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) {
      byte(static_cast<unsigned>(value & 0x7FU) | 0x80U);
    }
    byte(static_cast<unsigned>(value));
  }
  void integer(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void text(const std::string& value) {
    number(value.size());
    out_ += value;
  }
  void box(const Box& value, const Expected& expected) {
    integer(value.x - expected.x);
    integer(value.y - expected.y);
    integer(value.width - expected.width);
    integer(value.height - expected.height);
  }
  void confidence(double value) {
    if (value == -1 || !std::isfinite(value)) {
      number(kNoConfidence);
    } else if (value >= 0 && value <= 1) {
      number(static_cast<std::uint64_t>(std::lround(value * kSteps)) + 1);
    } else {
      number(kPlainConfidence);
      const auto bits = std::bit_cast<std::uint64_t>(value);
      for (unsigned i = 0; i < 8; ++i) {
        byte(static_cast<unsigned>(bits >> (8 * i)) & 0xFFU);
      }
    }
  }
  Status id(const std::string& uuid) {
    std::string digits;
    for (const char c : uuid) {
      if (c != '-') {
        digits += c;
      }
    }
    auto bytes = is_uuid(uuid) ? from_hex(digits) : fail(ErrorCode::InvalidInput, "pack text");
    if (!bytes) {
      return fail(ErrorCode::InvalidInput, "pack text", "line without id");
    }
    out_.append(bytes->begin(), bytes->end());
    return {};
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// True if the glyphs have exactly the characters of `text`, one each.
bool spells(const std::vector<Glyph>& glyphs, const std::string& text) {
  const std::u32string characters = to_utf32(text);
  if (characters.size() != glyphs.size()) {
    return false;
  }
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    if (glyphs[i].text != to_utf8(characters[i])) {
      return false;
    }
  }
  return true;
}

void write_glyphs(Writer& out, const Line& line, unsigned flags) {
  if ((flags & kOwnCharacters) != 0) {
    out.number(line.glyphs.size());
  }
  Expected expected = at_head(line);
  for (const Glyph& glyph : line.glyphs) {
    if ((flags & kOwnCharacters) != 0) {
      out.text(clean(glyph.text));
    }
    out.box(glyph.box, expected);
    out.confidence(glyph.confidence);
    if ((flags & kHasAlternatives) != 0) {
      out.number(glyph.alternatives.size());
      for (const std::string& one : glyph.alternatives) {
        out.text(clean(one));
      }
    }
    expected = behind(line, glyph.box);
  }
}

Status write_line(Writer& out, const Line& line, const Box& before) {
  const std::string text = clean(line.text);
  auto flags = static_cast<unsigned>(line.kind);
  if (!line.glyphs.empty()) {
    flags |= kHasGlyphs;
    flags |= spells(line.glyphs, text) ? 0 : kOwnCharacters;
    for (const Glyph& glyph : line.glyphs) {
      flags |= glyph.alternatives.empty() ? 0 : kHasAlternatives;
    }
  }
  SHIQU_TRY(out.id(line.id.str()));
  out.byte(flags);
  out.box(line.box, wide(before));
  out.text(text);
  out.confidence(line.confidence);
  if ((flags & kHasGlyphs) != 0) {
    write_glyphs(out, line, flags);
  }
  return {};
}

/// Reads and remembers the first failure; after it everything reads as nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] bool at_end() const noexcept { return good_ && rest_.empty(); }
  void refuse() noexcept {
    good_ = false;
    rest_ = {};
  }
  std::string_view bytes(std::uint64_t count) {
    if (count > rest_.size()) {
      refuse();
      return {};
    }
    const std::string_view out = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(out.size());
    return out;
  }
  unsigned byte() {
    const std::string_view one = bytes(1);
    return one.empty() ? 0 : static_cast<unsigned char>(one[0]);
  }
  std::uint64_t number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64 && good_; shift += 7) {
      const unsigned next = byte();
      out |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
      if ((next & 0x80U) == 0) {
        return out;
      }
    }
    refuse();
    return 0;
  }
  std::int64_t integer() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits >> 1U) ^ ((bits & 1U) != 0 ? ~std::uint64_t{0} : 0));
  }
  /// How many things follow that take at least `least` bytes each.
  std::size_t count(std::size_t least) {
    const std::uint64_t out = number();
    if (out > rest_.size() / least) {
      refuse();
      return 0;
    }
    return static_cast<std::size_t>(out);
  }
  std::string text() {
    const std::string_view out = bytes(number());
    if (!is_utf8(out)) {
      refuse();
      return {};
    }
    return std::string(out);
  }
  /// An integer near `expected`, of which the difference is stored.
  int whole(std::int64_t expected) {
    const std::int64_t difference = integer();
    constexpr std::int64_t kWide = std::int64_t{1} << 40U;  // more than two integers can differ
    const bool sane = difference > -kWide && difference < kWide;
    const std::int64_t value = sane ? expected + difference : kWide;
    if (!std::in_range<int>(value)) {
      refuse();
      return 0;
    }
    return static_cast<int>(value);
  }
  Box box(const Expected& expected) {
    const int x = whole(expected.x);
    const int y = whole(expected.y);
    const int width = whole(expected.width);
    const int height = whole(expected.height);
    return {x, y, width, height};
  }
  double confidence() {
    const std::uint64_t code = number();
    if (code == kNoConfidence) {
      return -1;
    }
    if (code < kPlainConfidence) {
      return static_cast<double>(code - 1) / kSteps;
    }
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) {
      bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
    }
    const auto value = std::bit_cast<double>(bits);
    const bool in_steps = value == -1 || (value >= 0 && value <= 1);  // has a shorter form
    if (code > kPlainConfidence || !std::isfinite(value) || in_steps) {
      refuse();
    }
    return good_ ? value : -1;
  }
  LineId id() {
    const std::string_view raw = bytes(kIdBytes);
    std::string out = to_hex({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
    if (out.size() == 2 * kIdBytes) {
      for (const std::size_t at : {8U, 13U, 18U, 23U}) {
        out.insert(at, 1, '-');
      }
    }
    return LineId(std::move(out));
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void read_glyphs(Reader& in, Line& line, unsigned flags) {
  const bool own = (flags & kOwnCharacters) != 0;
  const std::u32string characters = own ? std::u32string() : to_utf32(line.text);
  const std::size_t count = own ? in.count(kLeastGlyph) : characters.size();
  Expected expected = at_head(line);
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    Glyph glyph;
    glyph.text = own ? in.text() : to_utf8(characters[i]);
    glyph.box = in.box(expected);
    glyph.confidence = in.confidence();
    const std::size_t alternatives = (flags & kHasAlternatives) != 0 ? in.count(1) : 0;
    for (std::size_t k = 0; k < alternatives && in.good(); ++k) {
      glyph.alternatives.push_back(in.text());
    }
    expected = behind(line, glyph.box);
    line.glyphs.push_back(std::move(glyph));
  }
}

Line read_line(Reader& in, const Box& before) {
  Line line;
  line.id = in.id();
  const unsigned flags = in.byte();
  if ((flags & kKindMask) >= kLineKinds || (flags & ~kKnownFlags) != 0) {
    in.refuse();
    return line;
  }
  line.kind = static_cast<LineKind>(flags & kKindMask);
  line.box = in.box(wide(before));
  line.text = in.text();
  line.confidence = in.confidence();
  if ((flags & kHasGlyphs) != 0) {
    read_glyphs(in, line, flags);
  }
  return line;
}

}  // namespace

Result<std::string> pack_text(const PageText& text) {
  Writer out;
  out.byte(kVersion);
  out.integer(text.width_px);
  out.integer(text.height_px);
  out.text(clean(text.producer));
  out.number(text.lines.size());
  Box before;
  for (const Line& line : text.lines) {
    SHIQU_TRY(write_line(out, line, before));
    before = line.box;
  }
  out.number(text.regions.size());
  for (const Region& region : text.regions) {
    out.byte(static_cast<unsigned>(region.kind));
    out.box(region.box, {});
  }
  return out.take();
}

Result<PageText> unpack_text(std::string_view bytes) {
  Reader in(bytes);
  const unsigned version = in.byte();
  if (version > kVersion) {
    return fail(ErrorCode::Unsupported, "unpack text", "version " + std::to_string(version));
  }
  PageText out;
  out.width_px = in.whole(0);
  out.height_px = in.whole(0);
  out.producer = in.text();
  const std::size_t lines = in.count(kLeastLine);
  for (std::size_t i = 0; i < lines && in.good(); ++i) {
    out.lines.push_back(read_line(in, i == 0 ? Box{} : out.lines.back().box));
  }
  const std::size_t regions = in.count(kLeastRegion);
  for (std::size_t i = 0; i < regions && in.good(); ++i) {
    const unsigned kind = in.byte();
    out.regions.push_back({static_cast<RegionKind>(kind < kRegionKinds ? kind : 0), in.box({})});
    if (kind >= kRegionKinds) {
      in.refuse();
    }
  }
  if (version != kVersion || !in.at_end()) {
    return fail(ErrorCode::Corrupt, "unpack text", "page text");
  }
  return out;
}

}  // namespace shiqu::model
