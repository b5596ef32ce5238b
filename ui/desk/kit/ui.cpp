#include "ui/desk/kit/ui.h"

#include "storage/base/clock.h"
#include "storage/base/text.h"

#include <algorithm>
#include <string>

namespace shiqu::desk {
namespace {

float sane_scale(float scale) {
  return std::clamp(scale, 1.0F, 2.0F);
}

void map_key(ImGuiIO& io, ImGuiKey_ imgui, Key key) {
  io.KeyMap[imgui] = static_cast<int>(key);
}

void map_keys(ImGuiIO& io) {
  map_key(io, ImGuiKey_Tab, Key::Tab);
  map_key(io, ImGuiKey_LeftArrow, Key::Left);
  map_key(io, ImGuiKey_RightArrow, Key::Right);
  map_key(io, ImGuiKey_UpArrow, Key::Up);
  map_key(io, ImGuiKey_DownArrow, Key::Down);
  map_key(io, ImGuiKey_PageUp, Key::PageUp);
  map_key(io, ImGuiKey_PageDown, Key::PageDown);
  map_key(io, ImGuiKey_Home, Key::Home);
  map_key(io, ImGuiKey_End, Key::End);
  map_key(io, ImGuiKey_Insert, Key::Insert);
  map_key(io, ImGuiKey_Delete, Key::Delete);
  map_key(io, ImGuiKey_Backspace, Key::Backspace);
  map_key(io, ImGuiKey_Space, Key::Space);
  map_key(io, ImGuiKey_Enter, Key::Enter);
  map_key(io, ImGuiKey_KeyPadEnter, Key::KpEnter);
  map_key(io, ImGuiKey_Escape, Key::Escape);
}

}  // namespace

Ui::Ui(TextureStore& textures, const UiOptions& options)
    : textures_(textures),
      theme_(make_theme(options.theme)),
      wanted_theme_(options.theme),
      scale_(sane_scale(options.scale)),
      wanted_scale_(scale_) {}

Result<std::unique_ptr<Ui>> Ui::create(TextureStore& textures, const UiOptions& options) {
  std::unique_ptr<Ui> ui(new Ui(textures, options));
  SHIQU_TRY(ui->start());
  return ui;
}

Status Ui::start() {
  IMGUI_CHECKVERSION();
  context_ = ImGui::CreateContext();
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // the desk keeps its own layout
  io.LogFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;  // a blinking caret would keep the processor awake
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  map_keys(io);
  glyphs_ = std::make_unique<GlyphService>(*io.Fonts, textures_);
  page_glyphs_ = std::make_unique<PageGlyphs>(textures_, FontChain::for_pages());
  apply_theme(theme_, scale_, ImGui::GetStyle());
  return glyphs_->build(em());
}

Ui::~Ui() {
  if (context_ != nullptr) {
    ImGui::DestroyContext(context_);
  }
}

void Ui::set_theme(ThemeKind kind) {
  wanted_theme_ = kind;
  request_frames();
}

void Ui::set_scale(float scale) {
  wanted_scale_ = sane_scale(scale);
  request_frames();
}

void Ui::apply_look() {
  const bool resized = scale_ != wanted_scale_;
  scale_ = wanted_scale_;
  theme_ = make_theme(wanted_theme_);
  apply_theme(theme_, scale_, ImGui::GetStyle());
  if (resized) {
    // The font was found at start(); a failure here keeps the old size.
    static_cast<void>(glyphs_->build(em()));
  }
}

void Ui::begin_frame(SizePx display, float seconds) {
  ImGui::SetCurrentContext(context_);
  if (wanted_scale_ != scale_ || wanted_theme_ != theme_.kind) {
    apply_look();
  }
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = ImVec2(static_cast<float>(display.width), static_cast<float>(display.height));
  io.DeltaTime = std::max(seconds, 1.0e-4F);
  const bool poked = poked_.exchange(false);
  if (input_.replay(io) > 0 || poked) {
    request_frames();
  }
  wake_at_ms_.reset();
  ++frame_;
  glyphs_->begin_frame();
  page_glyphs_->begin_frame();
  tags_.begin_frame(frame_);
  ImGui::NewFrame();
}

const ImDrawData& Ui::end_frame() {
  const std::string before = focus_.field();
  focus_.end_frame();
  if (before != focus_.field()) {
    request_frames();
  }
  ImGui::Render();
  dirty_ = std::max(0, dirty_ - 1);
  return *ImGui::GetDrawData();
}

bool Ui::needs_frame() const {
  return dirty_ > 0 || input_.pending() || poked_.load() || sleep_ms() == 0;
}

void Ui::wake_in(std::int64_t ms) {
  wake_at_ms_ = now_monotonic_ms() + std::max<std::int64_t>(ms, 0);
}

std::optional<std::int64_t> Ui::sleep_ms() const {
  if (!wake_at_ms_) {
    return std::nullopt;
  }
  return std::max<std::int64_t>(*wake_at_ms_ - now_monotonic_ms(), 0);
}

void Ui::poke() noexcept {
  poked_.store(true);
  if (wake_) {
    wake_();
  }
}

void Ui::text(std::string_view utf8) {
  ImGui::TextUnformatted((*this)(utf8));
}

void Ui::faint_text(std::string_view utf8) {
  ImGui::PushStyleColor(ImGuiCol_Text, theme_.faint);
  text(utf8);
  ImGui::PopStyleColor();
}

void Ui::wrapped_text(std::string_view utf8) {
  ImGui::PushTextWrapPos(0);
  text(utf8);
  ImGui::PopTextWrapPos();
}

void Ui::heading(std::string_view utf8, float ems) {
  const std::u32string text = to_utf32(utf8);
  const float px = em() * ems;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width =
      page_glyphs_->draw_line(*ImGui::GetWindowDrawList(), at, px, text, theme_.text);
  ImGui::Dummy(ImVec2(width, px * 1.2F));
}

bool Ui::button(std::string_view id, std::string_view label, bool enabled, bool primary) {
  const std::string full = std::string((*this)(label)) + "###" + std::string(id);
  if (primary) {
    ImGui::PushStyleColor(ImGuiCol_Button, theme_.active);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, with_alpha(theme_.active, 0.8F));
    ImGui::PushStyleColor(ImGuiCol_Text, theme_.on_active);
  }
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Button(full.c_str());
  tag(id);
  ImGui::EndDisabled();
  if (primary) {
    ImGui::PopStyleColor(3);
  }
  return pressed;
}

bool Ui::row(std::string_view id, std::string_view label, bool selected, bool enabled) {
  const std::string full = std::string((*this)(label)) + "###" + std::string(id);
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Selectable(full.c_str(), selected);
  tag(id);
  ImGui::EndDisabled();
  return pressed;
}

bool Ui::check_box(std::string_view id, std::string_view label, bool& value) {
  const std::string full = std::string((*this)(label)) + "###" + std::string(id);
  const bool changed = ImGui::Checkbox(full.c_str(), &value);
  tag(id);
  return changed;
}

bool Ui::splitter(std::string_view id, float height_px, float& left_px, float least_px,
                  float most_px) {
  const float width = 8 * scale_;
  ImGui::SameLine(0, 0);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(std::string(id).c_str(), ImVec2(width, std::max(1.0F, height_px)));
  tag(id);
  const bool moving = ImGui::IsItemActive();
  if (moving || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  if (moving) {
    left_px = std::clamp(left_px + ImGui::GetIO().MouseDelta.x, least_px, most_px);
  }
  const float x = from.x + width / 2;
  ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(x - 0.5F, from.y),
                                            ImVec2(x + 0.5F, from.y + height_px),
                                            moving ? theme_.selection : theme_.line);
  ImGui::SameLine(0, 0);
  return moving;
}

}  // namespace shiqu::desk
