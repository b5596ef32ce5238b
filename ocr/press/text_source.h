#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace shiqu::ocr {

/// One paragraph of text to typeset. It always begins a new column.
///
/// `text`: UTF-8. What stands in full-width parentheses （…） is set as small double-column notes
/// without the parentheses. U+3000 leaves a blank cell. Other white space, all punctuation and
/// variation selectors are not printed, as on old leaves.
struct Paragraph {
  std::string text;
  bool heading = false;
  int indent_cells = 0;  ///< of every column of the paragraph
  std::string tail;      ///< set at the foot of the last column: an author's name; may be empty
};

/// The Tang poems of Debian's fortunes-zh, in the order of the file: for each poem a heading with
/// its title and author, then the verse in one paragraph. The package has simplified characters;
/// they are taken as they are. `folder`: where the fortune files are.
/// Errors: NotFound (names the Debian package), InvalidInput (no poem in the file), Io.
Result<std::vector<Paragraph>> tang_poems(
    const std::filesystem::path& folder = "/usr/share/games/fortunes");

/// One paragraph for each line that is not empty; a line that begins with '#' is a heading,
/// leading U+3000 indent the whole paragraph.
/// Errors: NotFound, Io, InvalidInput (not UTF-8, nothing to print).
Result<std::vector<Paragraph>> paragraphs_from_file(const std::filesystem::path& file);

/// Puts small notes into body paragraphs: after a share (0…1) of the sentences one that quotes
/// a sentence from elsewhere in the same text. The same seed gives the same notes.
std::vector<Paragraph> with_quoted_notes(std::span<const Paragraph> paragraphs, double share,
                                         std::uint64_t seed);

/// `paragraphs` beginning at a poem or paragraph chosen by `seed`, the ones before it at the end.
/// A heading stays with what follows it.
std::vector<Paragraph> started_anywhere(std::span<const Paragraph> paragraphs, std::uint64_t seed);

}  // namespace shiqu::ocr
