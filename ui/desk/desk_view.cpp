#include "ui/desk/desk_view.h"

#include "storage/base/file.h"
#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cstdint>

namespace shiqu::desk {
namespace {

constexpr float kPagesEms = 15;
constexpr float kTextEms = 22;
constexpr float kThumbnailPx = 56;
constexpr ImU32 kBox = IM_COL32(79, 163, 209, 120);
constexpr ImU32 kSelected = IM_COL32(217, 164, 65, 255);

ImVec2 corner(double x, double y, const PageTransform& at) {
  return at.to_screen({x, y});
}

}  // namespace

DeskView::DeskView(Ui& ui, DeskModel& model)
    : model_(model), page_(ui), live_(model.store().folder(), [&ui] { ui.poke(); }) {
  pin_.set_masked(true);
  add_commands(ui);
}

void DeskView::add(const char* id, const char* chord, std::function<std::string()> label,
                   std::function<bool()> enabled, std::function<void()> run) {
  Command command;
  command.id = id;
  command.label = std::move(label);
  command.key = parse_chord(chord).value_or(Chord{});
  command.enabled = std::move(enabled);
  command.run = std::move(run);
  if (const Status added = commands_.add(std::move(command)); !added) {
    say(added, "");
  }
}

void DeskView::add_commands(Ui& ui) {
  const auto page = [this] { return model_.selected().has_value(); };
  add(
      "text.save", "Ctrl+S", [] { return _("Save"); },
      [this] { return model_.session() && model_.line(); }, [this] { save(); });
  add(
      "text.undo", "Ctrl+Z", [] { return _("Undo"); },
      [this, page] { return model_.session() && page(); }, [this] { undo(); });
  add(
      "text.submit", "Ctrl+Enter", [] { return _("Submit"); },
      [this] { return model_.session() && model_.revision() > 0; }, [this] { submit(); });
  add(
      "page.next", "PageDown", [] { return _("Next page"); }, page, [this] { step_page(1); });
  add(
      "page.previous", "PageUp", [] { return _("Previous page"); }, page,
      [this] { step_page(-1); });
  add(
      "page.fit", "F", [] { return _("Fit page"); }, page, [this] { page_.fit(); });
  add(
      "page.one_to_one", "Ctrl+1", [] { return _("One to one"); }, page,
      [this] { page_.one_to_one(); });
  add(
      "desk.palette", "Ctrl+K", [] { return _("Find a command"); }, {},
      [this, &ui] { palette_.open(ui); });
  add(
      "desk.help", "F1", [] { return _("Keys"); }, {}, [this] { help_.toggle(); });
}

bool DeskView::save() {
  say(model_.save_line(line_.utf8()), _("Saved."));
  return !failed_;
}

/// First what was typed and not stored, then the last stored change.
void DeskView::undo() {
  if (!model_.differs(line_.utf8())) {
    say(model_.undo(), _("Undone."));
  } else {
    say({}, _("Undone."));
  }
  refill_line();
}

void DeskView::submit() {
  if (leave_line()) {
    say(model_.submit(), _("Submitted for review."));
  }
}

bool DeskView::leave_line() {
  return !model_.session() || !model_.differs(line_.utf8()) || save();
}

void DeskView::refill_line() {
  const bool line = model_.line() && *model_.line() < model_.text().lines.size();
  line_.set_utf8(line ? model_.text().lines[*model_.line()].text : "");
}

void DeskView::say(const Status& status, const char* success) {
  failed_ = !status;
  message_ = status ? std::string(success) : status.error().text();
}

void DeskView::show_page(std::size_t index) {
  if (leave_line()) {
    say(model_.select_page(index), "");
    refill_line();
    open_selected();
  }
}

void DeskView::step_page(int step) {
  if (leave_line()) {
    say(model_.step_page(step), "");
    refill_line();
    open_selected();
  }
}

void DeskView::draw(Ui& ui) {
  take_news(ui);
  commands_.dispatch(ui);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::Begin("###desk", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus);
  const float height = ImGui::GetContentRegionAvail().y - ui.em() * 1.8F;
  const float left = kPagesEms * ui.em();
  const float right = kTextEms * ui.em();
  const float middle =
      ImGui::GetContentRegionAvail().x - left - right - 2 * ImGui::GetStyle().ItemSpacing.x;
  draw_pages(ui, {left, height});
  ImGui::SameLine();
  draw_page(ui, {middle, height});
  ImGui::SameLine();
  draw_text(ui, {right, height});
  const std::string who =
      model_.session() ? model_.session()->user().name : std::string(_("nobody is logged in"));
  if (failed_) {
    ImGui::TextColored({0.9F, 0.35F, 0.3F, 1}, "%s", ui(message_ + "   ·   " + who));
  } else {
    ui.faint_text(message_.empty() ? who : message_ + "   ·   " + who);
  }
  ui.tag("status");
  ImGui::End();
  const CommandTexts texts{_("Find a command"), _("Nothing found."), _("Keys")};
  palette_.draw(ui, commands_, texts);
  help_.draw(ui, commands_, texts);
}

TextureId DeskView::thumbnail(Ui& ui, const std::string& master, SizePx& size) {
  const auto found = thumbnails_.find(master);
  if (found != thumbnails_.end()) {
    size = found->second.size;
    return found->second.texture;
  }
  // Our own small JPEG, made by the decode worker.
  const auto bytes = read_file(derive::thumbnail_path(model_.store(), master), 1U << 20U);
  if (!bytes) {
    return 0;  // not derived yet: asked again at the next frame
  }
  const auto decoded =
      imaging::decode_jpeg({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
  if (!decoded) {
    return 0;
  }
  Thumbnail made{ui.textures().create(decoded->image), decoded->image.size()};
  thumbnails_[master] = made;
  size = made.size;
  return made.texture;
}

void DeskView::draw_pages(Ui& ui, ImVec2 size) {
  ImGui::BeginChild("###pages", size);
  ItemId last;
  const std::vector<DeskModel::Entry>& entries = model_.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const DeskModel::Entry entry = entries[i];
    if (entry.item.id != last) {
      ui.heading(entry.item.identifier, 1.1F);
      ui.faint_text(entry.item.title);
      last = entry.item.id;
    }
    SizePx picture;
    if (const TextureId texture = thumbnail(ui, entry.master, picture); texture != 0) {
      const float width =
          kThumbnailPx * static_cast<float>(picture.width) / static_cast<float>(picture.height);
      ImGui::Image(im_texture(texture), {width, kThumbnailPx});
      ImGui::SameLine();
    }
    const std::string id = fmt::format("page.{}.{}", entry.item.identifier, entry.page.order);
    const std::string label =
        fmt::format("{}  {}", entry.page.order, model::name_of(entry.page.text_state));
    if (ui.row(id, label, model_.selected() == i)) {
      show_page(i);
    }
  }
  ImGui::EndChild();
}

void DeskView::open_selected() {
  const DeskModel::Entry& entry = model_.entries()[*model_.selected()];
  const auto pyramid = derive::pyramid_path(model_.store(), entry.master);
  if (entry.master.empty() || !std::filesystem::exists(pyramid)) {
    opened_.clear();
    message_ = _("This page has no screen image yet: run the waiting jobs.");
    return;
  }
  if (opened_ != entry.master) {
    page_.open(pyramid);
    opened_ = entry.master;
  }
}

void DeskView::choose_line(std::size_t index) {
  if (leave_line()) {
    model_.select_line(index);
    refill_line();
  }
}

void DeskView::draw_page(Ui& ui, ImVec2 size) {
  ImGui::BeginChild("###page", size, false, ImGuiWindowFlags_NoBackground);
  if (live_.running()) {
    draw_live(ui, size);
    ImGui::EndChild();
    return;
  }
  if (opened_.empty()) {
    ui.faint_text(model_.selected() ? _("This page has no screen image yet: run the waiting jobs.")
                                    : _("Choose a page on the left."));
    ImGui::EndChild();
    return;
  }
  const std::vector<model::Line>& lines = model_.text().lines;
  const PageViewResult pointer =
      page_.draw("page.view", size, [&](ImDrawList& list, const PageTransform& at) {
        for (std::size_t i = 0; i < lines.size(); ++i) {
          const RectPx& box = lines[i].box;
          const bool selected = model_.line() == i;
          list.AddRect(corner(box.x, box.y, at), corner(box.right(), box.bottom(), at),
                       selected ? kSelected : kBox, 0, 0, selected ? 3.0F : 1.0F);
        }
      });
  for (std::size_t i = 0; pointer.pressed && i < lines.size(); ++i) {
    const RectPx& box = lines[i].box;
    const bool inside = pointer.pointer.x >= box.x && pointer.pointer.x < box.right() &&
                        pointer.pointer.y >= box.y && pointer.pointer.y < box.bottom();
    if (inside) {
      choose_line(i);
      break;
    }
  }
  ImGui::EndChild();
}

void DeskView::draw_text(Ui& ui, ImVec2 size) {
  ImGui::BeginChild("###text", size);
  const float width = ImGui::GetContentRegionAvail().x;
  if (!model_.session()) {
    draw_login(ui, width);
  } else {
    draw_editor(ui, width);
    draw_capture(ui, width);
  }
  draw_lines(ui);
  ImGui::EndChild();
}

void DeskView::draw_login(Ui& ui, float width) {
  ui.heading(_("Log in"), 1.1F);
  name_.draw_line(ui, width, _("account"));
  const FieldResult pin = pin_.draw_line(ui, width, _("PIN"));
  if (ui.button("login.ok", _("Log in"), true, true) || pin.accepted) {
    say(model_.login(name_.utf8(), pin_.utf8()), _("Logged in."));
    pin_.set_utf8("");
  }
}

void DeskView::draw_editor(Ui& ui, float width) {
  const bool line = model_.line().has_value();
  ui.heading(line ? fmt::format(fmt::runtime(_("Column {}")), *model_.line() + 1)
                  : std::string(_("Choose a column")),
             1.1F);
  const FieldResult edited = line_.draw_line(ui, width);
  if (edited.changed && model_.differs(line_.utf8())) {
    failed_ = false;
    message_ = _("Not saved yet.");
  }
  if (ui.button("button.save", _("Save"), line, true) || (edited.accepted && line)) {
    save();
  }
  ImGui::SameLine();
  if (ui.button("button.undo", _("Undo"), model_.selected().has_value())) {
    undo();
  }
  ImGui::SameLine();
  if (ui.button("button.submit", _("Submit"), model_.revision() > 0)) {
    submit();
  }
}

/// The camera: pages go to the item of the page that is chosen.
void DeskView::draw_capture(Ui& ui, float width) {
  ImGui::Separator();
  if (!live_.running()) {
    const FieldResult address = address_.draw_line(ui, width, _("address of a camera: ptpip:…"));
    const bool can = model_.selected().has_value() && !address_.utf8().empty();
    if (ui.button("capture.start", _("Live view"), can) || (address.accepted && can)) {
      live_.start(address_.utf8(), *model_.session(), model_.entries()[*model_.selected()].item.id);
    }
    return;
  }
  if (ui.button("capture.shoot", _("Take page"), true, true)) {
    live_.shoot();
  }
  ImGui::SameLine();
  if (ui.button("capture.stop", _("End live view"))) {
    live_.stop();
  }
}

void DeskView::draw_live(Ui& ui, ImVec2 size) {
  if (live_picture_.texture == 0) {
    ui.faint_text(_("Waiting for the camera …"));
    return;
  }
  const float scale = std::min(size.x / static_cast<float>(live_picture_.size.width),
                               size.y / static_cast<float>(live_picture_.size.height));
  ImGui::Image(im_texture(live_picture_.texture),
               {static_cast<float>(live_picture_.size.width) * scale,
                static_cast<float>(live_picture_.size.height) * scale});
  ui.tag("capture.live");
}

/// What the device thread has left: a frame, a message, a kept page.
void DeskView::take_news(Ui& ui) {
  if (const auto frame = live_.take_frame()) {
    if (live_picture_.texture != 0) {
      ui.textures().destroy(live_picture_.texture);
    }
    live_picture_ = {ui.textures().create(*frame), frame->size()};
  }
  if (auto message = live_.take_message()) {
    message_ = std::move(*message);
    failed_ = !live_.running();
  }
  if (seen_kept_ != live_.kept()) {
    seen_kept_ = live_.kept();
    if (const Status read = model_.reload(); !read) {
      say(read, "");
    }
  }
}

void DeskView::draw_lines(Ui& ui) {
  ImGui::Separator();
  const std::size_t count = model_.text().lines.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string label = fmt::format("{:>2}  {}", i + 1, model_.text().lines[i].text);
    if (ui.row(fmt::format("line.{}", i + 1), label, model_.line() == i)) {
      choose_line(i);
    }
  }
}

}  // namespace shiqu::desk
