#include "ocr/press/internal/compose.h"

#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace shiqu::ocr::press {
namespace {

constexpr char32_t kBlank = 0x3000;
constexpr double kStripShare = 0.72;  ///< of a column's width
constexpr double kNoteHeight = 0.62;  ///< pitch of notes ÷ pitch of the text

/// Where the text stands in its column and how wide it is, as shares of the column's width.
struct Setting {
  double middle = 0.5;
  double em = 0.84;
};
constexpr Setting kGlossed{kGlossedMiddle, 0.6};  ///< leaves room for glosses at the right

bool is_printed(char32_t c) {
  if (c == kBlank || (c >= 0x3005 && c <= 0x3007)) {  // 々 〆 〇 are writing
    return true;
  }
  const bool middle_dot = c == 0x30FB || c == 0x00B7;
  const bool selector = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
  return !middle_dot && !selector && c != 0xFEFF && c != 0xFFFD &&
         !without_space_and_punctuation(std::u32string_view(&c, 1)).empty();
}

/// Sets signs into columns; one object composes one page.
class Setter {
 public:
  Setter(const Grid& grid, int rows, const Setting& setting, Hand body, Hand aside)
      : grid_(grid), rows_(rows), setting_(setting), body_(body), aside_(aside) {}

  [[nodiscard]] bool full() const { return column_ >= grid_.columns.size(); }

  /// Sets `paragraph` from sign `from`; gives the number of signs set, all unless the page is full.
  std::size_t set(const Paragraph& paragraph, std::size_t from) {
    const std::vector<Sign> signs = signs_of(paragraph.text);
    indent_ = std::clamp(paragraph.indent_cells, 0, rows_ - 1);
    kind_ = paragraph.heading ? model::LineKind::Heading : model::LineKind::Column;
    start_column();
    std::size_t at = std::min(from, signs.size());
    while (at < signs.size() && !full()) {
      at += signs[at].note ? set_notes(signs, at) : set_one(signs[at].character);
    }
    return at;
  }

  /// Sets an author's name at the foot of the current column, or of the next. False: page full.
  bool set_tail(const std::u32string& tail) {
    const int length = std::min(static_cast<int>(tail.size()), rows_ - 1);
    if (row_ + 1 + length + 1 > rows_ && row_ > 0) {
      next_column();
    }
    if (full()) {
      return false;
    }
    close_line();
    row_ = rows_ - length - 1;
    for (const char32_t c : tail.substr(0, static_cast<std::size_t>(length))) {
      set_one(c);
    }
    close_line();
    return true;
  }

  void finish_paragraph() {
    close_line();
    if (row_ > indent_ || used_) {
      next_column();
    }
  }

  std::vector<LineDraft> take() {
    close_line();
    return std::move(lines_);
  }

 private:
  void start_column() {
    row_ = indent_;
    used_ = false;
  }

  void next_column() {
    close_line();
    ++column_;
    start_column();
  }

  void close_line() {
    if (!open_.cells.empty()) {
      lines_.push_back(std::move(open_));
    }
    open_ = {};
  }

  std::size_t set_one(char32_t character) {
    open_.kind = kind_;
    used_ = true;
    if (character != kBlank) {
      const double em_height = grid_.row_height * 0.97;
      Cell cell;
      cell.character = character;
      cell.middle = {grid_.columns[column_] + grid_.column_width * setting_.middle,
                     grid_.top + (row_ + 0.5) * grid_.row_height};
      cell.em_width_px = std::min(grid_.column_width * setting_.em, em_height * 1.14);
      cell.em_height_px = em_height;
      cell.room_width_px = 2 * std::min(setting_.middle, 1 - setting_.middle) * grid_.column_width -
                           2 * grid_.thin - 6;
      cell.hand = kind_ == model::LineKind::Heading ? aside_ : body_;
      open_.cells.push_back(cell);
    }
    if (++row_ >= rows_) {
      next_column();
    }
    return 1;
  }

  /// Sets as many notes of the run that begins at `at` as the column holds.
  std::size_t set_notes(const std::vector<Sign>& signs, std::size_t at) {
    std::u32string run;
    for (std::size_t i = at; i < signs.size() && signs[i].note; ++i) {
      run += signs[i].character;
    }
    const double pitch = grid_.row_height * kNoteHeight;
    const auto room = static_cast<std::size_t>((rows_ - row_) * grid_.row_height / pitch + 0.02);
    const std::size_t taken = std::min(run.size(), 2 * room);
    const std::size_t right = (taken + 1) / 2;
    close_line();
    used_ = true;
    add_half(run.substr(0, right), model::LineKind::NoteRight);
    add_half(run.substr(right, taken - right), model::LineKind::NoteLeft);
    row_ +=
        static_cast<int>(std::ceil(static_cast<double>(right) * pitch / grid_.row_height - 0.05));
    if (row_ >= rows_) {
      next_column();
    }
    return taken;
  }

  void add_half(const std::u32string& text, model::LineKind kind) {
    LineDraft line;
    line.kind = kind;
    const double side = kind == model::LineKind::NoteRight ? 0.73 : 0.27;
    const double pitch = grid_.row_height * kNoteHeight;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == kBlank) {
        continue;
      }
      Cell cell;
      cell.character = text[i];
      cell.middle = {grid_.columns[column_] + grid_.column_width * side,
                     grid_.top + row_ * grid_.row_height + (static_cast<double>(i) + 0.5) * pitch};
      cell.em_height_px = pitch * 0.98;
      cell.em_width_px = std::min(grid_.column_width * 0.43, cell.em_height_px * 1.15);
      cell.room_width_px = grid_.column_width / 2 - grid_.thin - 5;
      cell.hand = aside_;
      line.cells.push_back(cell);
    }
    if (!line.cells.empty()) {
      lines_.push_back(std::move(line));
    }
  }

  const Grid& grid_;
  int rows_;
  Setting setting_;
  Hand body_;
  Hand aside_;
  std::size_t column_ = 0;
  int row_ = 0;
  int indent_ = 0;
  bool used_ = false;  ///< the current column has signs, blank ones too
  model::LineKind kind_ = model::LineKind::Column;
  LineDraft open_;
  std::vector<LineDraft> lines_;
};

/// Title or number, one below the other around the middle of the strip.
LineDraft strip_line(const Grid& grid, std::u32string_view text, double first_y, double pitch,
                     Hand hand) {
  LineDraft out;
  out.kind = model::LineKind::CentreStrip;
  const double width = grid.strip_right - grid.strip_left;
  for (std::size_t i = 0; i < text.size(); ++i) {
    Cell cell;
    cell.character = text[i];
    cell.middle = {(grid.strip_left + grid.strip_right) / 2,
                   first_y + (static_cast<double>(i) + 0.5) * pitch};
    cell.em_height_px = pitch * 0.95;
    cell.em_width_px = std::min(width * 0.78, pitch);
    cell.room_width_px = width - 2 * grid.thin - 6;
    cell.hand = hand;
    out.cells.push_back(cell);
  }
  return out;
}

/// Fills the first `rows` rows of the columns.
Composition fill(const PressOptions& options, const Grid& grid, int rows,
                 std::span<const Paragraph> paragraphs, TextPosition start, Hand body, Hand aside) {
  Setter setter(grid, rows, options.glosses > 0 ? kGlossed : Setting{}, body, aside);
  Composition out;
  TextPosition at = start;
  while (at.paragraph < paragraphs.size() && !setter.full()) {
    const Paragraph& paragraph = paragraphs[at.paragraph];
    at.sign = setter.set(paragraph, at.sign);
    if (at.sign < signs_of(paragraph.text).size()) {
      break;
    }
    std::u32string tail;
    for (const Sign& sign : signs_of(paragraph.tail)) {
      tail += sign.character;
    }
    if (!tail.empty() && !setter.set_tail(tail)) {
      break;
    }
    setter.finish_paragraph();
    at = {at.paragraph + 1, 0};
  }
  out.lines = setter.take();
  out.next = at;
  out.text_ended = at.paragraph >= paragraphs.size();
  return out;
}

}  // namespace

std::vector<Sign> signs_of(std::string_view text) {
  std::vector<Sign> out;
  bool note = false;
  for (const char32_t c : to_utf32(text)) {
    if (c == U'（' || c == U'）') {
      note = c == U'（';
    } else if (is_printed(c)) {
      out.push_back({c, note});
    }
  }
  while (!out.empty() && out.back().character == kBlank) {
    out.pop_back();
  }
  return out;
}

Grid make_grid(const PressOptions& options, Prng& prng) {
  Grid grid;
  grid.page = {options.width_px, options.height_px};
  const double width = options.width_px;
  const double height = options.height_px;
  const bool full = options.leaf == Leaf::Full;
  const double side = width * (full ? 0.045 : 0.065);
  grid.border = {static_cast<int>(side), static_cast<int>(height * prng.between(0.105, 0.125)),
                 static_cast<int>(width - 2 * side), static_cast<int>(height * 0.82)};
  grid.thick = std::max(3.0, height * prng.between(0.0035, 0.0048));
  grid.thin = std::max(2.0, height * 0.0013);
  grid.gap = prng.chance(0.7) ? std::max(3.0, height * 0.0035) : 0;
  const double edge = grid.thick + (grid.gap > 0 ? grid.gap + grid.thin : 0);
  const double left = grid.border.x + edge;
  const double right = grid.border.right() - edge;
  grid.strip_top = grid.border.y + edge;
  grid.strip_bottom = grid.border.bottom() - edge;
  const double pad = (grid.strip_bottom - grid.strip_top) * 0.008;
  grid.top = grid.strip_top + pad;
  grid.row_height = (grid.strip_bottom - grid.strip_top - 2 * pad) / options.rows;
  const int count = options.columns * (full ? 2 : 1);
  grid.column_width = (right - left) / (count + kStripShare);
  const double strip = grid.column_width * kStripShare;
  const bool strip_first = !full && options.page_number % 2 == 1;
  double x = right;
  for (int i = 0; i <= count; ++i) {
    const bool is_strip = full ? i == options.columns : i == (strip_first ? count : 0);
    x -= is_strip ? strip : grid.column_width;
    if (is_strip) {
      grid.strip_left = x;
      grid.strip_right = x + strip;
    } else {
      grid.columns.push_back(x);
    }
  }
  grid.rules = options.rules;
  if (!options.band.empty()) {
    const int taken = options.band_columns == 0 ? count : options.band_columns;
    grid.beside_band = static_cast<std::size_t>(count - taken);
    grid.band_top = grid.top + options.band_row * grid.row_height;
    grid.band_bottom =
        std::min(grid.strip_bottom, grid.band_top + band_rows(options, grid) * grid.row_height);
  }
  return grid;
}

Composition compose(const PressOptions& options, const Grid& grid,
                    std::span<const Paragraph> paragraphs, TextPosition start, Hand body,
                    Hand aside) {
  if (grid.band_bottom <= grid.band_top) {
    return fill(options, grid, options.rows, paragraphs, start, body, aside);
  }
  Composition out{{}, start, false};
  const auto add = [&](const Grid& part, int rows) {
    if (rows <= 0 || part.columns.empty() || out.text_ended) {
      return;
    }
    Composition more = fill(options, part, rows, paragraphs, out.next, body, aside);
    std::move(more.lines.begin(), more.lines.end(), std::back_inserter(out.lines));
    out.next = more.next;
    out.text_ended = more.text_ended;
  };
  Grid beside = grid;
  beside.columns.resize(grid.beside_band);
  add(beside, options.rows);
  Grid part = grid;
  part.columns.erase(part.columns.begin(),
                     part.columns.begin() + static_cast<std::ptrdiff_t>(grid.beside_band));
  add(part, options.band_row);
  for (LineDraft& line : compose_band(options, grid, body)) {
    out.lines.push_back(std::move(line));
  }
  part.top = grid.band_bottom;
  add(part, options.rows - options.band_row - band_rows(options, grid));
  return out;
}

std::vector<LineDraft> compose_strip(const PressOptions& options, const Grid& grid, Hand hand) {
  const double height = grid.strip_bottom - grid.strip_top;
  const double pitch = std::min(grid.row_height, (grid.strip_right - grid.strip_left) * 0.86);
  std::u32string title;
  for (const Sign& sign : signs_of(options.strip_title)) {
    title += sign.character;
  }
  const auto room = static_cast<std::size_t>(height * 0.36 / pitch);
  title.resize(std::min(title.size(), room));
  std::vector<LineDraft> out;
  if (!title.empty()) {
    out.push_back(strip_line(grid, title, grid.strip_top + height * 0.27, pitch, hand));
  }
  const int leaf = options.leaf == Leaf::Full ? options.page_number : (options.page_number + 1) / 2;
  const std::u32string number = chinese_number(leaf);
  out.push_back(strip_line(grid, number, grid.strip_top + height * 0.655, pitch * 0.9, hand));
  return out;
}

RectPx make_room_for_figure(Grid& grid, Prng& prng) {
  constexpr std::size_t kWide = 4;
  const std::size_t half =
      grid.columns.size() / 2 >= 10 ? grid.columns.size() / 2 : grid.columns.size();
  if (half < kWide + 2) {
    return {};
  }
  const std::size_t first = 1 + prng.below(half - kWide - 1);
  const double right = grid.columns[first - 1];
  const double left = grid.columns[first + kWide - 1];
  const auto from = grid.columns.begin() + static_cast<std::ptrdiff_t>(first);
  grid.columns.erase(from, from + kWide);
  const double beside = 0.2 * grid.column_width;
  const double above = 0.6 * grid.row_height;
  return {static_cast<int>(left + beside), static_cast<int>(grid.strip_top + above),
          static_cast<int>(right - left - 2 * beside),
          static_cast<int>(grid.strip_bottom - grid.strip_top - 2 * above)};
}

std::u32string chinese_number(int number) {
  static constexpr std::array<char32_t, 10> kDigits{U'〇', U'一', U'二', U'三', U'四',
                                                    U'五', U'六', U'七', U'八', U'九'};
  static constexpr std::array<char32_t, 4> kUnits{0, U'十', U'百', U'千'};
  std::u32string out;
  bool skipped = false;
  int power = 1000;
  for (std::size_t place = 4; place-- > 0; power /= 10) {
    const auto digit = static_cast<std::size_t>(number / power % 10);
    if (digit == 0) {
      skipped = !out.empty();
      continue;
    }
    if (skipped) {
      out += U'零';
      skipped = false;
    }
    if (!(place == 1 && digit == 1 && out.empty())) {
      out += kDigits[digit];
    }
    if (place > 0) {
      out += kUnits[place];
    }
  }
  return out;
}

}  // namespace shiqu::ocr::press
