#pragma once

#include "ocr/press/text_source.h"
#include "storage/base/geometry.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"
#include "storage/model/text.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr {

enum class PressStyle { Ming, Kai, Mixed };  ///< Mixed: headings and notes in the other hand
std::string_view name_of(PressStyle style) noexcept;
/// Errors: InvalidInput.
Result<PressStyle> press_style_from(std::string_view name);

enum class Leaf { Half, Full };  ///< one page with its centre strip, or an unfolded leaf

/// What time, paper and scanner do to a page; every strength is 0 (nothing) … 1 (much).
struct Ageing {
  double paper = 0;         ///< tone, fibres, stains
  double light = 0;         ///< uneven light, shadow at one side
  double show_through = 0;  ///< the mirrored next page
  double bleed = 0;         ///< rough, spread ink edges
  double loss = 0;          ///< specks and badly inked places
  double rules = 0;         ///< gaps in frame and rules
  double skew = 0;          ///< 1: up to 1.6 degrees either way
  double curvature = 0;     ///< smooth warp, 1: about 14 px on a page of 1200 px
  double noise = 0;         ///< of the sensor
};
/// "none", "light" or "strong". Errors: InvalidInput.
Result<Ageing> ageing_preset(std::string_view name);
/// Sets one strength by its member name. Errors: InvalidInput (name, or outside 0…1).
Status set_strength(Ageing& ageing, std::string_view name, double strength);

/// Where to go on in a text; the default is its beginning.
struct TextPosition {
  std::size_t paragraph = 0;
  std::size_t sign = 0;  ///< printed characters and blanks of that paragraph already set
  auto operator<=>(const TextPosition&) const = default;
};

struct PressOptions {
  std::uint64_t seed = 1;
  PressStyle style = PressStyle::Ming;
  Leaf leaf = Leaf::Half;
  Ageing ageing;
  int width_px = 0;   ///< 0: 1200, or 2200 for a full leaf
  int height_px = 0;  ///< 0: 1700
  int columns = 10;   ///< of each half
  int rows = 20;
  double dpi = 300;
  int rare = 0;        ///< so many characters become rare ones of Unicode plane 2 (Ext-B)
  bool seal = true;    ///< allow a red seal; the seed decides
  int head_notes = 0;  ///< small columns of notes 眉批 in the margin above the frame
  int glosses = 0;     ///< small notes 旁批 to the right of the text, which is set narrower then
  std::string head_line;    ///< horizontal text above the frame, right to left; not with head notes
  bool rules = true;        ///< between the columns
  std::string band;         ///< horizontal text inside the frame, right to left, a line each; no
                            ///< rules cross it; on half leaves
  int band_row = 0;         ///< rows of the columns above the band; the others stand below it
  int band_columns = 0;     ///< columns that the band takes, the last ones; 0: all
  bool figure = false;      ///< a drawing in the place of four columns
  int page_number = 1;      ///< from 1; odd half leaves have the centre strip on their left
  std::string strip_title;  ///< short title in the centre strip, UTF-8
  std::optional<double> skew_deg;  ///< exact skew instead of one from the ageing strength
  std::filesystem::path font_folder = "/usr/share/fonts";
};

/// A page with its exact truth.
struct PressedPage {
  imaging::Image image;  ///< Rgb8
  /// Reading order is the order of the lines: columns from right to left, a column interrupted
  /// by notes in consecutive lines, the band between the columns above and below it (those beside
  /// it come before them all), centre strip last, then head notes or head line, then glosses. Head
  /// notes, glosses and figures are regions too. Boxes are on the visible ink after every
  /// distortion; where loss took all ink of a glyph its box is empty. Line ids come from the seed,
  /// so they are the same at every run.
  model::PageText truth;
  RectPx frame;  ///< around the ink of the outer border
  std::optional<RectPx> seal;
  double skew_deg = 0;  ///< positive when lines of text fall to the right
  double dpi = 300;
  std::uint64_t seed = 0;
  PressStyle style = PressStyle::Ming;
  TextPosition next;        ///< where the following page begins
  bool text_ended = false;  ///< everything was set
};

/// Typesets, prints and ages one page. The same options and text give the same pixels on the
/// same machine and fonts. Any thread; about a third of a second for a page of 1200 × 1700 px.
/// Errors: InvalidInput (sizes, counts, nothing to set), NotFound (a font, with the Debian package
/// that has it; or a character that no font has), Corrupt (a font file).
Result<PressedPage> press_page(const PressOptions& options, std::span<const Paragraph> paragraphs,
                               TextPosition start = {});

enum class PressFormat { Jpeg, Png, Tiff };
/// "jpg", "png" or "tif". Errors: InvalidInput.
Result<PressFormat> press_format_from(std::string_view name);

/// Writes `folder`/NAME.jpg|png|tif (JPEG quality 92) and NAME.json ("shiqu-press-truth/1").
/// The JSON object has format, image (file name), width_px, height_px, dpi, seed, style, text
/// (lines joined by line ends), lines (kind, box, text, glyphs: t = character, b = box), frame,
/// seal (box or null), skew_deg and, where there are any, regions (kind, box); boxes are [x, y,
/// width, height] in px of the image. Gives the paths written. Errors: Exists, NoSpace, Io.
Result<std::vector<std::filesystem::path>> write_page(const PressedPage& page,
                                                      const std::filesystem::path& folder,
                                                      const std::string& name, PressFormat format);

/// Writes every line of the page as an image of its own with truth, NAME-l001 and so on, for
/// training. Same errors as write_page.
Result<std::vector<std::filesystem::path>> write_lines(const PressedPage& page,
                                                       const std::filesystem::path& folder,
                                                       const std::string& name, PressFormat format);

}  // namespace shiqu::ocr
