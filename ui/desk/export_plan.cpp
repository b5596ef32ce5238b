// The middle of the export view: what would go, before anything is written.

#include "ui/app/export_words.h"
#include "ui/app/i18n.h"
#include "ui/app/plan_words.h"
#include "ui/desk/export_view.h"
#include "ui/desk/kit/charts.h"
#include "ui/desk/kit/command_views.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>

namespace shiqu::desk {
namespace {

constexpr std::size_t kShownOffenders = 200;

using Tallies = std::map<std::string, package::Tally>;

BarPart bar_part(std::string label, const package::Tally& tally, ImU32 colour) {
  return {std::move(label), static_cast<double>(tally.pages), std::to_string(tally.pages), colour};
}

ImU32 grade_colour(const Theme& theme, model::Grade grade) {
  switch (grade) {
    case model::Grade::Ungraded:
      return theme.alarm;
    case model::Grade::Public:
      return theme.good;
    case model::Grade::Internal:
      return theme.selection;
    case model::Grade::Sensitive:
      return theme.doubt;
    case model::Grade::Restricted:
      break;
  }
  return theme.active;
}

std::vector<BarPart> grade_parts(const Theme& theme, const Tallies& tallies) {
  std::vector<BarPart> parts;
  for (int i = 0; i <= static_cast<int>(model::Grade::Restricted); ++i) {
    const auto grade = static_cast<model::Grade>(i);
    if (const auto found = tallies.find(std::string(name_of(grade))); found != tallies.end()) {
      parts.push_back(bar_part(app::grade_words(grade), found->second, grade_colour(theme, grade)));
    }
  }
  return parts;
}

std::vector<BarPart> review_parts(const Theme& theme, const Tallies& tallies) {
  const std::array<std::pair<const char*, ImU32>, 7> order = {
      {{"reviewed", theme.good},
       {"accepted", with_alpha(theme.good, 0.5F)},
       {"submitted", theme.selection},
       {"drafted", theme.doubt},
       {"returned", theme.active},
       {"proposed", theme.faint},
       {"none", theme.alarm}}};
  std::vector<BarPart> parts;
  for (const auto& [state, colour] : order) {
    if (const auto found = tallies.find(state); found != tallies.end()) {
      parts.push_back(bar_part(app::review_words(state), found->second, colour));
    }
  }
  return parts;
}

std::vector<BarPart> rights_parts(const Theme& theme, const Tallies& tallies) {
  const std::array<ImU32, 4> colours = {theme.selection, theme.good, theme.doubt, theme.faint};
  std::vector<BarPart> parts;
  std::size_t next = 0;
  for (const auto& [rights, tally] : tallies) {
    parts.push_back(rights.empty() ? bar_part(_("not known"), tally, theme.alarm)
                                   : bar_part(rights, tally, colours[next++ % colours.size()]));
  }
  return parts;
}

Mark mark_of(const ExportGate& gate) {
  return gate.closed() ? Mark::Alarm : gate.waived() ? Mark::Warning : Mark::Good;
}

const char* measure_words(const std::string& measure) {
  return measure == "pixels"       ? _("pixels")
         : measure == "ink_share"  ? _("share of ink")
         : measure == "confidence" ? _("confidence")
                                   : _("characters");
}

}  // namespace

void ExportView::draw_plan(Ui& ui, Commands& commands) {
  part(ui, "3", _("The plan"));
  draw_state(ui, commands);
  const PlannedExport* planned = model_.planned();
  if (planned == nullptr) {
    return;
  }
  draw_totals(ui, *planned);
  draw_gates(ui, *planned);
  draw_bars(ui, *planned);
  draw_noticed(ui, *planned);
}

/// One line: is the plan true, and the way to make it so.
void ExportView::draw_state(Ui& ui, Commands& commands) {
  const Command* again = commands.find("export.plan");
  const std::string label = fmt::format("{}  {}", again->label(), shown_name_of(again->key));
  if (button(ui, "export.plan", label, again->is_enabled())) {
    model_.plan();
  }
  ImGui::SameLine();
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ImGui::GetStyle().FramePadding.y);
  ImGui::BeginGroup();
  if (model_.planning()) {
    draw_mark(ui, Mark::Busy);
    ImGui::SameLine();
    coloured(ui, ui.theme().faint, _("The plan is being made."));
  } else if (!model_.problem().empty()) {
    draw_mark(ui, Mark::Alarm);
    ImGui::SameLine();
    coloured(ui, ui.theme().alarm, model_.problem());
  } else if (model_.outdated() && model_.written()) {
    draw_mark(ui, Mark::Good);
    ImGui::SameLine();
    coloured(ui, ui.theme().faint, _("Written. Plan again for a later version."));
  } else if (model_.outdated()) {
    draw_mark(ui, Mark::Warning);
    ImGui::SameLine();
    coloured(ui, ui.theme().doubt, _("OUT OF DATE: what would go has changed."));
    ui.tag("export.outdated");
  } else if (model_.planned() == nullptr) {
    coloured(ui, ui.theme().faint, _("Choose an object on the left."));
  } else {
    draw_mark(ui, Mark::Good);
    ImGui::SameLine();
    coloured(ui, ui.theme().faint, _("As the archive stands now. Nothing is written yet."));
  }
  ImGui::EndGroup();
  ui.tag("export.state");
}

/// Large figures side by side.
void ExportView::draw_totals(Ui& ui, const PlannedExport& planned) {
  const package::Tally& all = planned.counts.all;
  const std::string files =
      fmt::format("{}{}", planned.size.exact_files ? "" : "~ ", planned.size.files);
  const std::array<std::pair<std::string, const char*>, 5> figures = {
      {{std::to_string(all.items), _("objects")},
       {std::to_string(all.pages), _("pages")},
       {std::to_string(all.characters), _("characters")},
       {files, _("files")},
       {"≤ " + app::size_words(planned.size.bytes), _("to write")}}};
  ImGui::Dummy({0, 0.2F * ui.em()});
  // The size needs more room than the counts.
  const float each = ImGui::GetContentRegionAvail().x / (static_cast<float>(figures.size()) + 0.4F);
  const ImVec2 from = ImGui::GetCursorPos();
  float x = from.x;
  for (const auto& [figure, words] : figures) {
    ImGui::SetCursorPos({x, from.y});
    ImGui::BeginGroup();
    ui.heading(figure, 1.45F);
    ui.faint_text(words);
    ImGui::EndGroup();
    x += each;
  }
  ui.tag("export.totals");
  ImGui::Dummy({0, 0.2F * ui.em()});
}

void ExportView::draw_bars(Ui& ui, const PlannedExport& planned) {
  const float width = ImGui::GetContentRegionAvail().x;
  const auto bar = [&](const char* title, std::string_view id, const std::vector<BarPart>& parts) {
    ImGui::Dummy({0, 0.2F * ui.em()});
    ui.faint_text(title);
    stacked_bar(ui, id, width, parts);
  };
  const package::PlanCounts& counts = planned.counts;
  bar(_("Grade, by pages"), "export.bar.grade", grade_parts(ui.theme(), counts.by_grade));
  bar(_("Review, by pages"), "export.bar.review", review_parts(ui.theme(), counts.by_review));
  bar(_("Rights, by pages"), "export.bar.rights", rights_parts(ui.theme(), counts.by_rights));
}

/// Those that need a person first, each on a row; what is clear is only named.
void ExportView::draw_gates(Ui& ui, const PlannedExport& planned) {
  const int closed = planned.closed();
  ui.heading(closed > 0 ? fmt::format(fmt::runtime(_("Gates · {} closed")), closed)
                        : std::string(_("Gates · nothing holds it back")),
             1.1F);
  ui.tag("export.gates");
  for (const ExportGate& gate : planned.gates) {
    if (!gate.offenders.empty()) {
      draw_gate(ui, planned, gate);
    }
  }
  const float end = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  bool first = true;
  for (const ExportGate& gate : planned.gates) {
    if (gate.offenders.empty()) {
      const std::string title = app::gate_title(gate.rule->name);
      const float width = ImGui::CalcTextSize(ui(title)).x + 2.6F * ui.em();
      if (!first && ImGui::GetItemRectMax().x + width < end) {
        ImGui::SameLine(0, 1.2F * ui.em());
      }
      first = false;
      draw_mark(ui, Mark::Good);
      ImGui::SameLine();
      ui.faint_text(title);
      ui.tag("export.clear." + std::string(gate.rule->name));
    }
  }
}

void ExportView::draw_gate(Ui& ui, const PlannedExport& planned, const ExportGate& gate) {
  const std::string name(gate.rule->name);
  const bool shown = shown_gate_ == name;
  draw_mark(ui, mark_of(gate));
  ImGui::SameLine();
  const std::string label =
      fmt::format("{} {}  · {}", shown ? "▾" : "▸", app::gate_words(name), gate.offenders.size());
  if (row(ui, "export.gate." + name, label)) {
    shown_gate_ = shown ? std::string() : name;
  }
  if (shown_gate_ != name) {
    return;
  }
  ImGui::Indent(1.4F * ui.em());
  draw_offenders(ui, planned, gate);
  if (gate.rule->waivable) {
    const auto& allow = model_.choice().order.allow;
    const bool waived = std::find(allow.begin(), allow.end(), name) != allow.end();
    if (check(ui, "export.waive." + name, _("Send it in spite of this (lead)"), waived,
              model_.may_waive())) {
      model_.toggle_waiver(name);
    }
    coloured(ui, ui.theme().faint,
             _("It will stand in the package, in its report and in the journal, with your name."));
  } else {
    coloured(ui, ui.theme().faint, _("Nobody may let this gate stay open."));
  }
  ImGui::Unindent(1.4F * ui.em());
}

void ExportView::draw_offenders(Ui& ui, const PlannedExport& planned, const ExportGate& gate) {
  std::size_t number = 0;
  for (const ExportGate::Offender& one : gate.offenders) {
    if (++number > kShownOffenders) {
      ui.faint_text(
          fmt::format(fmt::runtime(_("and {} more")), gate.offenders.size() - kShownOffenders));
      break;
    }
    const package::PackagePlan& plan = planned.plans[one.plan];
    const std::string more = app::offence_words(plan, one.finding);
    const std::string label =
        app::place_words(plan, one.finding) + (more.empty() ? "" : "   " + more);
    if (row(ui, fmt::format("export.offender.{}.{}", gate.rule->name, number), label)) {
      if (one.finding.page.empty()) {
        events_.item = plan.item.id;
      } else {
        events_.page = PageId(one.finding.subject);
      }
    }
  }
}

void ExportView::open_place(const package::PackagePlan& plan, const std::string& page_number) {
  for (const package::PackagedPage& page : plan.pages) {
    if (page.number == page_number) {
      events_.page = page.page.id;
    }
  }
}

/// What nobody has to act upon: sides, duplicates, pages that stand out.
void ExportView::draw_noticed(Ui& ui, const PlannedExport& planned) {
  ImGui::Dummy({0, 0.3F * ui.em()});
  ui.heading(_("Also noticed"), 1.1F);
  int number = 0;
  const auto line = [&](const package::PackagePlan& plan, const std::string& page,
                        const std::string& words) {
    if (row(ui, fmt::format("export.noticed.{}", ++number), words)) {
      open_place(plan, page);
    }
  };
  for (const package::PackagePlan& plan : planned.plans) {
    for (const package::Duplicate& one : plan.duplicates) {
      line(plan, one.page,
           fmt::format(fmt::runtime(one.exact ? _("{} page {} is page {} of {}")
                                              : _("{} page {} looks like page {} of {}")),
                       plan.item.identifier, one.page, one.other_page, one.other_identifier));
    }
    for (const package::Outlier& one : plan.outliers) {
      line(plan, one.page,
           fmt::format(fmt::runtime(_("{} page {} stands out: {} {:.4g}, half have {:.4g} or "
                                      "less")),
                       plan.item.identifier, one.page, measure_words(one.measure), one.value,
                       one.median));
    }
    if (plan.not_compared > 0) {
      ui.faint_text(fmt::format(fmt::runtime(_("{}: pages that could not be compared: {}")),
                                plan.item.identifier, plan.not_compared));
    }
  }
  for (const package::SplitItem& side : planned.sides) {
    ui.text(fmt::format("{} → {}{}", side.identifier, app::side_words(side.side),
                        side.chosen ? std::string(_(" (new)")) : std::string()));
    ui.tag("export.side." + side.identifier);
  }
  if (std::any_of(planned.sides.begin(), planned.sides.end(),
                  [](const package::SplitItem& one) { return one.chosen; })) {
    if (button(ui, "export.assign", _("Put them on these sides (lead)"), model_.may_waive())) {
      events_.outcome = model_.assign_sides();
      events_.words = _("They stand on these sides from now on.");
    }
  } else if (number == 0 && planned.sides.empty()) {
    ui.faint_text(_("No duplicates, and no page that stands out."));
  }
}

}  // namespace shiqu::desk
