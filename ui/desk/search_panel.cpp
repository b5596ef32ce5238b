#include "ui/desk/search_panel.h"

#include "storage/base/text.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"
#include "ui/desk/kit/overlay.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <iterator>

namespace shiqu::desk {
namespace {

constexpr float kWidthEms = 44;
constexpr float kTop = 0.1F;       // of the window
constexpr float kPageEms = 13;     // of a row, for the name of the page
constexpr std::size_t kRows = 14;  // shown at a time
constexpr std::size_t kAround = 12;

/// What was found in its line, and what stands before and behind.
struct Context {
  std::string before;
  std::string found;
  std::string behind;
};

Context context_of(const store::SearchHit& hit) {
  const std::u32string line = to_utf32(hit.text);
  const store::TextSpan& span = hit.spans.front();
  const std::size_t first = std::min(span.first, line.size());
  const std::size_t end = std::min(first + span.count, line.size());
  const std::size_t from = first > kAround ? first - kAround : 0;
  Context out{to_utf8(line.substr(from, first - from)), to_utf8(line.substr(first, end - first)),
              to_utf8(line.substr(end, kAround))};
  out.before = (from > 0 ? "…" : "") + out.before;
  out.found += hit.spans.size() > 1 ? "…" : "";  // it goes on in the next line
  return out;
}

}  // namespace

void SearchPanel::open(Ui& ui) {
  open_ = true;
  query_.edit().select_all();
  ui.focus().give(query_.id());
  ui.request_frames();
}

void SearchPanel::close(Ui& ui) {
  open_ = false;
  if (ui.focus().has(query_.id())) {
    ui.focus().clear();
  }
  ui.request_frames();
}

void SearchPanel::search(DeskModel& model) {
  selected_ = 0;
  problem_.clear();
  result_ = {};
  if (auto found = model.search(query_.utf8())) {
    result_ = std::move(*found);
  } else {
    problem_ = app::message(found.error());
  }
}

void SearchPanel::search_more(DeskModel& model) {
  if (auto more = model.search(query_.utf8(), result_.next)) {
    std::move(more->hits.begin(), more->hits.end(), std::back_inserter(result_.hits));
    result_.next = more->next;
  } else {
    problem_ = app::message(more.error());
    result_.next = 0;
  }
}

void SearchPanel::draw_hit(Ui& ui, const store::SearchHit& hit) {
  const Context context = context_of(hit);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImVec2 at = ImGui::GetItemRectMin();
  at.x += kPageEms * ui.em();
  at.y += (ImGui::GetItemRectSize().y - ImGui::GetTextLineHeight()) / 2;
  const auto put = [&](const std::string& text, ImU32 colour) {
    const char* shown = ui(text);
    list.AddText(at, colour, shown);
    at.x += ImGui::CalcTextSize(shown).x;
  };
  put(context.before, ui.theme().faint);
  put(context.found, ui.theme().doubt);
  put(context.behind, ui.theme().faint);
}

std::optional<std::size_t> SearchPanel::draw_hits(Ui& ui, float width) {
  std::optional<std::size_t> pressed;
  const std::size_t first = selected_ < kRows ? 0 : selected_ - kRows + 1;
  for (std::size_t i = first; i < std::min(result_.hits.size(), first + kRows); ++i) {
    const store::SearchHit& hit = result_.hits[i];
    const std::string page =
        fmt::format("{} · {}", hit.item_identifier,
                    hit.page_label.empty() ? std::to_string(hit.page_order) : hit.page_label);
    if (ui.row(fmt::format("search.hit.{}", i + 1), page, i == selected_)) {
      pressed = i;
    }
    draw_hit(ui, hit);
  }
  ImGui::Dummy(ImVec2(width, 0));
  return pressed;
}

std::optional<store::SearchHit> SearchPanel::draw(Ui& ui, DeskModel& model) {
  if (!open_) {
    return std::nullopt;
  }
  std::optional<std::size_t> chosen;
  bool ended = false;
  {
    const Overlay overlay(ui, "search", kWidthEms, kTop);
    ended = Overlay::left();
    chosen = draw_inside(ui, model, overlay.inner_px(), ended);
  }
  if (ended || chosen) {
    close(ui);
  }
  return chosen ? std::optional(result_.hits[*chosen]) : std::nullopt;
}

/// The hit that was chosen; `ended` when the panel was given up.
std::optional<std::size_t> SearchPanel::draw_inside(Ui& ui, DeskModel& model, float inner,
                                                    bool& ended) {
  const bool down = ui.input().take({Key::Down, {}});
  const bool up = ui.input().take({Key::Up, {}});
  const FieldResult typed = query_.draw_line(ui, inner, _("text to find in the archive"));
  if (typed.changed) {
    search(model);
  }
  selected_ += down ? 1U : 0U;
  selected_ -= up && selected_ > 0 ? 1U : 0U;
  if (selected_ + 1 >= result_.hits.size() && result_.next != 0) {
    search_more(model);
    ui.request_frames();
  }
  selected_ = result_.hits.empty() ? 0 : std::min(selected_, result_.hits.size() - 1);
  std::optional<std::size_t> chosen = draw_hits(ui, inner);
  if (typed.accepted && !result_.hits.empty()) {
    chosen = selected_;
  }
  if (!problem_.empty()) {
    ui.wrapped_text(problem_);
  } else if (result_.hits.empty() && !query_.utf8().empty()) {
    ui.faint_text(_("Nothing found."));
  } else if (!result_.hits.empty()) {
    ui.faint_text(
        fmt::format("{} / {}{}", selected_ + 1, result_.hits.size(), result_.next != 0 ? "+" : ""));
  }
  ended = ended || typed.cancelled;
  return chosen;
}

}  // namespace shiqu::desk
