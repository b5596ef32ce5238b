#pragma once

#include <string>
#include <string_view>

namespace shiqu::ocr::score {

/// The form in which texts are compared when a reading is measured: Unicode normalisation form
/// NFKC, then without white space, without the punctuation of old and modern books and without the
/// signs that stand for a missing character (□ ○ 〇 ● ◯ ■).
///
/// It differs from without_space_and_punctuation (storage/base/text.h), which serves search and the
/// language model: that one composes nothing, so that compatibility ideographs (U+F9xx) and
/// full-width letters stay as they are; it keeps 〇 ○ ● ◯ □ ■ and drops more signs (# $ % & @,
/// most of Latin-1's signs, all of General Punctuation). Figures by the two cannot be compared.
/// Malformed UTF-8 counts as U+FFFD. Any thread; pure.
std::u32string normal_form(std::string_view text);

}  // namespace shiqu::ocr::score
