// The left side of the export view: what goes, and how.

#include "ui/app/export_words.h"
#include "ui/app/i18n.h"
#include "ui/desk/export_view.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace shiqu::desk {
namespace {

/// Sizes of disks that packages are cut for.
struct DiskSize {
  const char* id;
  const char* words;
  std::uint64_t bytes;
};
constexpr std::array<DiskSize, 4> kDisks = {{{"export.volume.0", N_("in one piece"), 0},
                                             {"export.volume.cd", "700 MB", 700'000'000},
                                             {"export.volume.fat", "4 GB (FAT)", 4'000'000'000},
                                             {"export.volume.bd", "25 GB", 25'000'000'000}}};

std::int64_t number_in(const std::string& text, std::int64_t fallback) {
  std::int64_t number = fallback;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() ? number : fallback;
}

}  // namespace

void ExportView::draw_objects(Ui& ui, float height) {
  part(ui, "1", _("Objects"));
  const auto& items = model_.items();
  const float all = static_cast<float>(items.size() + 1) * ImGui::GetFrameHeightWithSpacing();
  ImGui::BeginChild("###export.objects", {0, std::min(all, height)});
  if (items.empty()) {
    ui.faint_text(_("The archive has no object yet."));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const model::Item& item = items[i].item;
    const std::string label = fmt::format("{}  {}", item.identifier, item.title);
    if (check(ui, "export.item." + item.identifier, label, model_.is_chosen(item.identifier))) {
      model_.toggle(item.identifier);
    }
    ImGui::SameLine();
    ui.faint_text(fmt::format(fmt::runtime(_("{} p.")), items[i].pages.all()));
  }
  if (model_.has_more_items() && button(ui, "export.more", _("More objects"))) {
    if (const Status read = model_.more_items(); !read) {
      events_.outcome = read;
    }
  }
  ImGui::EndChild();
  ImGui::Dummy({0, 0.3F * ui.em()});
}

void ExportView::draw_settings(Ui& ui) {
  part(ui, "2", _("Settings"));
  draw_receiver(ui);
  draw_sides(ui);
  draw_making(ui);
  draw_formats(ui);
}

void ExportView::draw_receiver(Ui& ui) {
  ExportChoice& choice = model_.choice();
  app::ExportOrder& order = choice.order;
  ui.faint_text(_("Receiver"));
  end_chips();
  if (chip(ui, "export.receiver", _("not named"), order.receiver.empty())) {
    order.receiver.clear();
    choice.encrypt = false;
    model_.plan();
  }
  for (const package::Receiver& one : model_.keys().receivers) {
    const std::string label = fmt::format(
        "{} · {}", one.name, app::grade_words(one.grade.value_or(model::Grade::Public)));
    if (chip(ui, "export.receiver." + one.name, label, order.receiver == one.name)) {
      order.receiver = one.name;
      order.receiver_grade.clear();
      model_.plan();
    }
  }
  ui.faint_text(_("Highest grade that may go"));
  end_chips();
  if (chip(ui, "export.grade", order.receiver.empty() ? _("any") : _("the receiver's"),
           order.receiver_grade.empty())) {
    order.receiver_grade.clear();
    model_.plan();
  }
  for (const model::Grade grade : {model::Grade::Public, model::Grade::Internal,
                                   model::Grade::Sensitive, model::Grade::Restricted}) {
    const std::string name(model::name_of(grade));
    if (chip(ui, "export.grade." + name, app::grade_words(grade), order.receiver_grade == name)) {
      order.receiver_grade = name;
      model_.plan();
    }
  }
  end_chips();
  if (check(ui, "export.redact", _("Black out what is marked as personal"), order.redact)) {
    order.redact = !order.redact;
    model_.plan();
  }
}

void ExportView::draw_sides(Ui& ui) {
  ExportChoice& choice = model_.choice();
  if (check(ui, "export.sides", _("Sides of a data set, whole objects"), choice.sides)) {
    choice.sides = !choice.sides;
    model_.plan();
  }
  if (!choice.sides) {
    return;
  }
  ui.faint_text(_("Seed"));
  ImGui::SameLine();
  if (field(ui, seed_, 6 * ui.em(), "1").changed) {
    const std::int64_t seed = number_in(seed_.utf8(), choice.seed);
    if (std::exchange(choice.seed, seed) != seed) {
      model_.plan();
    }
  }
}

void ExportView::draw_making(Ui& ui) {
  ExportChoice& choice = model_.choice();
  if (check(ui, "export.sm2", _("A second signature, SM2"), choice.wishes.sm2, model_.keys().sm2)) {
    choice.wishes.sm2 = !choice.wishes.sm2;
  }
  if (check(ui, "export.encrypt", _("Encrypt for the receiver (age)"), choice.encrypt,
            !choice.order.receiver.empty())) {
    choice.encrypt = !choice.encrypt;
  }
  ui.faint_text(_("Cut for disks of"));
  end_chips();
  for (const DiskSize& disk : kDisks) {
    if (chip(ui, disk.id, _(disk.words), choice.wishes.volume_bytes == disk.bytes)) {
      choice.wishes.volume_bytes = disk.bytes;
    }
  }
  end_chips();
  ui.faint_text(_("Folder"));
  if (field(ui, out_, ImGui::GetContentRegionAvail().x, _("packages/ of the archive")).changed) {
    choice.wishes.out = out_.utf8();
  }
}

void ExportView::draw_formats(Ui& ui) {
  int chosen = 0;
  for (const auto& exporter : exporters_) {
    chosen += model_.has_exporter(*exporter) ? 1 : 0;
  }
  ui.faint_text(_("Formats"));
  const std::string label =
      fmt::format(fmt::runtime(formats_ ? _("{} parts: fold") : _("{} parts: choose")), chosen);
  if (button(ui, "export.formats", label)) {
    formats_ = !formats_;
  }
  if (!formats_) {
    return;
  }
  for (const auto& exporter : exporters_) {
    const bool always = exporter->inclusion() == package::Inclusion::Always;
    const std::string name(exporter->name());
    if (check(ui, "export.format." + name, name, model_.has_exporter(*exporter), !always)) {
      model_.toggle_exporter(*exporter);
    }
    ImGui::Indent(1.7F * ui.em());
    coloured(ui, ui.theme().faint, app::exporter_words(*exporter));
    ImGui::Unindent(1.7F * ui.em());
  }
}

}  // namespace shiqu::desk
