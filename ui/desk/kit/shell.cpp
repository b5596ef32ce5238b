#include "ui/desk/kit/shell.h"

#include "storage/base/handle.h"
#include "storage/imaging/codecs.h"
#include "ui/desk/kit/gl_textures.h"

#define GLFW_INCLUDE_NONE
#include <backends/imgui_impl_opengl3.h>
#include <GL/gl.h>
#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace shiqu::desk {

static_assert(static_cast<int>(Key::Backtick) == GLFW_KEY_GRAVE_ACCENT);
static_assert(static_cast<int>(Key::Escape) == GLFW_KEY_ESCAPE);
static_assert(static_cast<int>(Key::End) == GLFW_KEY_END);
static_assert(static_cast<int>(Key::F12) == GLFW_KEY_F12);
static_assert(static_cast<int>(Key::KpEnter) == GLFW_KEY_KP_ENTER);
static_assert(static_cast<int>(Key::RightSuper) == GLFW_KEY_RIGHT_SUPER);

namespace {

constexpr double kFrameSeconds = 1.0 / 30;
constexpr double kScreenshotLimitSeconds = 10;
constexpr std::uint64_t kScreenshotLeastFrames = 5;

struct GlfwLibrary {
  bool ready = false;
  ~GlfwLibrary() {
    if (ready) {
      glfwTerminate();
    }
  }
};

struct Renderer {
  bool ready = false;
  ~Renderer() {
    if (ready) {
      ImGui_ImplOpenGL3_Shutdown();
    }
  }
};

void release_window(GLFWwindow* window) noexcept {
  glfwDestroyWindow(window);
}
using WindowHandle = Handle<GLFWwindow, release_window>;

std::string glfw_words() {
  const char* words = nullptr;
  glfwGetError(&words);
  return words == nullptr ? std::string() : std::string(words);
}

Ui& ui_of(GLFWwindow* window) {
  return *static_cast<Ui*>(glfwGetWindowUserPointer(window));
}

Mods mods_of(int bits) {
  return {(bits & GLFW_MOD_CONTROL) != 0, (bits & GLFW_MOD_SHIFT) != 0, (bits & GLFW_MOD_ALT) != 0};
}

KeyAction action_of(int action) {
  return action == GLFW_RELEASE  ? KeyAction::Release
         : action == GLFW_REPEAT ? KeyAction::Repeat
                                 : KeyAction::Press;
}

void on_key(GLFWwindow* window, int key, int /*scancode*/, int action, int mods) {
  InputEvent event;
  event.kind = InputKind::Key;
  event.key = static_cast<Key>(std::max(0, key));
  event.action = action_of(action);
  event.mods = mods_of(mods);
  ui_of(window).input().push(event);
}

void on_character(GLFWwindow* window, unsigned character) {
  InputEvent event;
  event.kind = InputKind::Character;
  event.character = static_cast<char32_t>(character);
  ui_of(window).input().push(event);
}

void on_move(GLFWwindow* window, double x, double y) {
  InputEvent event;
  event.kind = InputKind::MouseMove;
  event.x = static_cast<float>(x);
  event.y = static_cast<float>(y);
  ui_of(window).input().push(event);
}

void on_button(GLFWwindow* window, int button, int action, int mods) {
  InputEvent event;
  event.kind = InputKind::MouseButton;
  event.button = button;
  event.action = action_of(action);
  event.mods = mods_of(mods);
  ui_of(window).input().push(event);
}

void on_wheel(GLFWwindow* window, double x, double y) {
  InputEvent event;
  event.kind = InputKind::Wheel;
  event.x = static_cast<float>(x);
  event.y = static_cast<float>(y);
  ui_of(window).input().push(event);
}

void on_focus(GLFWwindow* window, int focused) {
  InputEvent event;
  event.kind = InputKind::Focus;
  event.action = focused != 0 ? KeyAction::Press : KeyAction::Release;
  ui_of(window).input().push(event);
}

void install_callbacks(GLFWwindow* window) {
  glfwSetKeyCallback(window, on_key);
  glfwSetCharCallback(window, on_character);
  glfwSetCursorPosCallback(window, on_move);
  glfwSetMouseButtonCallback(window, on_button);
  glfwSetScrollCallback(window, on_wheel);
  glfwSetWindowFocusCallback(window, on_focus);
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { ui_of(w).request_frames(1); });
  glfwSetFramebufferSizeCallback(window,
                                 [](GLFWwindow* w, int, int) { ui_of(w).request_frames(); });
  glfwSetWindowCloseCallback(window, [](GLFWwindow* w) { ui_of(w).request_frames(1); });
}

/// ImGui's own would not do: text leaves and enters as real UTF-8, through GLFW.
void install_clipboard(GLFWwindow* window) {
  ImGuiIO& io = ImGui::GetIO();
  io.ClipboardUserData = window;
  io.SetClipboardTextFn = [](void* w, const char* text) {
    glfwSetClipboardString(static_cast<GLFWwindow*>(w), text);
  };
  io.GetClipboardTextFn = [](void* w) {
    return glfwGetClipboardString(static_cast<GLFWwindow*>(w));
  };
}

}  // namespace

struct Shell::State {
  ShellOptions options;
  GlfwLibrary library;
  WindowHandle window;
  std::array<GLFWcursor*, ImGuiMouseCursor_COUNT> cursors{};  // freed with the library
  std::unique_ptr<GlTextures> textures;
  std::unique_ptr<Ui> ui;
  Renderer renderer;  // before ui goes: its shutdown needs the ImGui context
  MainQueue queue{[] { glfwPostEmptyEvent(); }};
  std::filesystem::path picture;
  std::function<void(Status)> picture_done;
  std::uint64_t frames = 0;
  double last_frame_s = 0;
  RectPx windowed;

  Status open_window();
  Status start();
  void set_cursor();
  void wait_for_turn();
  void render(const std::function<void(Ui&)>& draw);
  void write_picture(SizePx size);
};

Status Shell::State::open_window() {
  library.ready = glfwInit() == GLFW_TRUE;
  if (!library.ready) {
    return fail(ErrorCode::DeviceError, "open the display", {}, glfw_words());
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  window.reset(glfwCreateWindow(options.size.width, options.size.height, options.title.c_str(),
                                nullptr, nullptr));
  if (!window) {
    return fail(ErrorCode::DeviceError, "open a window with OpenGL 3.3", {}, glfw_words());
  }
  glfwMakeContextCurrent(window.get());
  glfwSwapInterval(0);  // wait_for_turn() limits; waiting in the driver would delay input
  return {};
}

Status Shell::State::start() {
  SHIQU_TRY(open_window());
  textures = std::make_unique<GlTextures>();
  float monitor_scale = 1;
  glfwGetWindowContentScale(window.get(), &monitor_scale, nullptr);
  UiOptions ui_options;
  ui_options.display = options.size;
  ui_options.theme = options.theme;
  ui_options.scale = options.scale > 0 ? options.scale : monitor_scale;
  SHIQU_TRY_ASSIGN(ui, Ui::create(*textures, ui_options));
  renderer.ready = ImGui_ImplOpenGL3_Init("#version 150");
  if (!renderer.ready) {
    return fail(ErrorCode::DeviceError, "start OpenGL");
  }
  // The backend makes an RGBA copy of the glyph atlas; ours holds one byte per pixel.
  const ImTextureID atlas = ImGui::GetIO().Fonts->TexID;
  ImGui_ImplOpenGL3_CreateDeviceObjects();
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui::GetIO().Fonts->SetTexID(atlas);
  IM_FREE(ImGui::GetIO().Fonts->TexPixelsRGBA32);
  ImGui::GetIO().Fonts->TexPixelsRGBA32 = nullptr;
  glfwSetWindowUserPointer(window.get(), ui.get());
  install_callbacks(window.get());
  install_clipboard(window.get());
  ui->set_wake([] { glfwPostEmptyEvent(); });
  return {};
}

void Shell::State::set_cursor() {
  const int wanted = ImGui::GetMouseCursor();
  if (wanted < 0 || wanted >= ImGuiMouseCursor_COUNT) {
    return;
  }
  int shape = GLFW_ARROW_CURSOR;
  switch (wanted) {
    case ImGuiMouseCursor_TextInput:
      shape = GLFW_IBEAM_CURSOR;
      break;
    case ImGuiMouseCursor_ResizeNS:
      shape = GLFW_VRESIZE_CURSOR;
      break;
    case ImGuiMouseCursor_ResizeEW:
      shape = GLFW_HRESIZE_CURSOR;
      break;
    case ImGuiMouseCursor_Hand:
      shape = GLFW_HAND_CURSOR;
      break;
    default:
      break;
  }
  GLFWcursor*& cursor = cursors[static_cast<std::size_t>(wanted)];
  if (cursor == nullptr) {
    cursor = glfwCreateStandardCursor(shape);
  }
  glfwSetCursor(window.get(), cursor);
}

/// Sleeps until something has to be drawn and the frame limit allows it.
void Shell::State::wait_for_turn() {
  const bool hidden = glfwGetWindowAttrib(window.get(), GLFW_ICONIFIED) != 0;
  const bool taking_picture = !options.screenshot.empty();
  if ((!ui->needs_frame() || hidden) && !taking_picture) {
    // Hidden windows sleep as well: a lock that falls due is drawn when they are shown again.
    const auto sleep = hidden ? std::nullopt : ui->sleep_ms();
    sleep ? glfwWaitEventsTimeout(static_cast<double>(*sleep) / 1000) : glfwWaitEvents();
  }
  double left = last_frame_s + kFrameSeconds - glfwGetTime();
  do {  // an event ends the waiting early, the limit stays
    left > 0 ? glfwWaitEventsTimeout(left) : glfwPollEvents();
    left = last_frame_s + kFrameSeconds - glfwGetTime();
  } while (left > 0);
}

void Shell::State::write_picture(SizePx size) {
  if (picture.empty()) {
    return;
  }
  const Status written = imaging::write_png(picture, read_back_buffer(size));
  picture.clear();
  if (const auto done = std::exchange(picture_done, {})) {
    done(written);
  }
}

void Shell::State::render(const std::function<void(Ui&)>& draw) {
  SizePx size;
  glfwGetWindowSize(window.get(), &size.width, &size.height);
  SizePx pixels;
  glfwGetFramebufferSize(window.get(), &pixels.width, &pixels.height);
  if (size.width <= 0 || pixels.width <= 0) {
    return;
  }
  const double now = glfwGetTime();
  ImGui::GetIO().DisplayFramebufferScale =
      ImVec2(static_cast<float>(pixels.width) / static_cast<float>(size.width),
             static_cast<float>(pixels.height) / static_cast<float>(size.height));
  ui->begin_frame(size, static_cast<float>(now - last_frame_s));
  last_frame_s = now;
  draw(*ui);
  set_cursor();
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(ui->theme().ground);
  const ImDrawData& frame = ui->end_frame();
  glViewport(0, 0, pixels.width, pixels.height);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(const_cast<ImDrawData*>(&frame));  // the backend only reads it
  write_picture(pixels);
  glfwSwapBuffers(window.get());
  ++frames;
}

Shell::Shell(std::unique_ptr<State> state) : state_(std::move(state)) {}
Shell::~Shell() = default;

Result<std::unique_ptr<Shell>> Shell::create(ShellOptions options) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  SHIQU_TRY(state->start());
  std::unique_ptr<Shell> shell(new Shell(std::move(state)));
  shell->set_fullscreen(shell->state_->options.fullscreen);
  return shell;
}

Ui& Shell::ui() noexcept {
  return *state_->ui;
}
MainQueue& Shell::queue() noexcept {
  return state_->queue;
}
std::uint64_t Shell::frames() const noexcept {
  return state_->frames;
}

void Shell::close() {
  glfwSetWindowShouldClose(state_->window.get(), GLFW_TRUE);
  glfwPostEmptyEvent();
}

void Shell::set_fullscreen(bool fullscreen) {
  GLFWwindow* window = state_->window.get();
  const bool now = glfwGetWindowMonitor(window) != nullptr;
  if (now == fullscreen) {
    return;
  }
  RectPx& back = state_->windowed;
  if (fullscreen) {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
    if (mode == nullptr) {
      return;
    }
    glfwGetWindowPos(window, &back.x, &back.y);
    glfwGetWindowSize(window, &back.width, &back.height);
    glfwSetWindowMonitor(window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    glfwSetWindowMonitor(window, nullptr, back.x, back.y, back.width, back.height, GLFW_DONT_CARE);
  }
  state_->ui->request_frames();
}

void Shell::take_screenshot(std::filesystem::path file, std::function<void(Status)> done) {
  state_->picture = std::move(file);
  state_->picture_done = std::move(done);
  state_->ui->request_frames();
}

Status Shell::run(const std::function<void(Ui&)>& draw) {
  State& state = *state_;
  Status picture_written;
  const double start_s = glfwGetTime();
  while (glfwWindowShouldClose(state.window.get()) == 0) {
    state.wait_for_turn();
    if (state.queue.run_pending() > 0) {
      state.ui->request_frames();
    }
    const bool wants_picture = !state.options.screenshot.empty();
    const bool ready =
        state.frames >= kScreenshotLeastFrames && (!state.options.ready || state.options.ready());
    if (wants_picture && (ready || glfwGetTime() - start_s > kScreenshotLimitSeconds)) {
      take_screenshot(std::exchange(state.options.screenshot, {}), [&](Status written) {
        picture_written = std::move(written);
        close();
      });
    }
    if (state.ui->needs_frame() || wants_picture) {
      state.render(draw);
    }
  }
  return picture_written;
}

}  // namespace shiqu::desk
