#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace shiqu {

/// A new UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, 74 random bits from the kernel,
/// lower-case text of 36 characters. Ids made by one process sort in the order of making.
std::string new_uuid();

/// True for the 36-character lower-case text form of a UUID.
bool is_uuid(std::string_view text) noexcept;

/// A UUID of one kind of record; ids of different kinds do not mix.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  static Id make() { return Id(new_uuid()); }

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using ItemId = Id<struct ItemTag>;
using PageId = Id<struct PageTag>;
using CaptureId = Id<struct CaptureTag>;
using LineId = Id<struct LineTag>;
using JobId = Id<struct JobTag>;
using UserId = Id<struct UserTag>;

}  // namespace shiqu

template <class Tag>
struct std::hash<shiqu::Id<Tag>> {
  std::size_t operator()(const shiqu::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
