#include "storage/transfer/sealed.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <charconv>

namespace shiqu::transfer {
namespace {

template <class Number>
bool read_number(const std::string& line, std::string_view name, Number& out) {
  if (!line.starts_with(name)) {
    return false;
  }
  const char* const end = line.data() + line.size();
  const auto [stop, failed] = std::from_chars(line.data() + name.size(), end, out);
  return failed == std::errc() && stop == end;
}

bool read_word(const std::string& line, std::string_view name, std::string& out) {
  out = line.starts_with(name) ? line.substr(name.size()) : std::string();
  return !out.empty();
}

}  // namespace

std::string text_of(const Sealed& sealed) {
  return fmt::format("shiqu sealed 1\npackage: {}\ntag-manifest-sha256: {}\nfiles: {}\nbytes: {}\n",
                     sealed.name, sealed.tag_manifest_sha256, sealed.files, sealed.bytes);
}

Result<Sealed> parse_sealed(std::string_view text) {
  const auto lines = split(text, '\n');
  Sealed out;
  if (lines.size() != 6 || !read_word(lines[1], "package: ", out.name) ||
      !read_word(lines[2], "tag-manifest-sha256: ", out.tag_manifest_sha256) ||
      !read_number(lines[3], "files: ", out.files) ||
      !read_number(lines[4], "bytes: ", out.bytes) || text_of(out) != text) {
    return fail(ErrorCode::InvalidInput, "read seal", std::string(text.substr(0, 40)));
  }
  return out;
}

std::filesystem::path sealed_file(const std::filesystem::path& beside) {
  return beside.string() + ".sealed";
}

}  // namespace shiqu::transfer
