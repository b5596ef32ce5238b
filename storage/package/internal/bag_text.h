#pragma once

#include "storage/base/digest.h"
#include "storage/base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The text files of a BagIt bag, versions 0.93 to 1.0, as anybody may have written them.
namespace shiqu::package::bag {

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};
constexpr Version kVersion1{1, 0};

struct Declaration {
  Version version;
  std::string encoding;
};

/// bagit.txt: no byte order mark, no space before the colons. Errors: InvalidInput.
Result<Declaration> parse_declaration(std::string_view text);

/// Bytes of a tag file as UTF-8. Knows UTF-8, US-ASCII, ISO-8859-1 and UTF-16.
/// Errors: InvalidInput (malformed), Unsupported (encoding).
Result<std::string> decode_tag_text(std::string_view bytes, std::string_view encoding);

struct Tag {
  std::string name;
  std::string value;
  bool space_before_colon = false;
};

/// bag-info.txt with folded lines joined. Errors: InvalidInput (a line without a colon).
Result<std::vector<Tag>> parse_tags(std::string_view text);

struct ManifestLine {
  std::string digest;  ///< as written
  std::string path;    ///< without "./" and '*'
  bool star = false;   ///< "*path", as md5sum's binary mode writes it
  bool dot_slash = false;
};

/// `decode_percent`: BagIt 1.0 writes CR, LF and % in paths as %0D, %0A and %25.
/// Errors: InvalidInput with the number of the line.
Result<std::vector<ManifestLine>> parse_manifest(std::string_view text, bool decode_percent);

/// The one canonical form: sorted by path, two spaces, LF.
std::string render_manifest(const std::map<std::string, std::string>& digest_of_path);

/// "sha512" → Sha512; nullopt for an algorithm this program does not know.
std::optional<DigestKind> digest_kind_from(std::string_view algorithm) noexcept;

/// True when two names differ but may be one: ASCII letters of another case, or an accented letter
/// against letter and combining mark (another Unicode normal form).
bool may_be_one_name(std::string_view a, std::string_view b);

}  // namespace shiqu::package::bag
