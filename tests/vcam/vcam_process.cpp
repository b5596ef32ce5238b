#include "tests/vcam/vcam_process.h"

#include "storage/base/clock.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace shiqu::test {
namespace {

constexpr SizePx kPage{600, 800};
constexpr int kPages = 3;

std::vector<std::string> wait_for_lines(const std::filesystem::path& file) {
  constexpr std::int64_t kLimitMs = 10000;
  const std::int64_t begin = now_monotonic_ms();
  while (now_monotonic_ms() - begin < kLimitMs) {
    if (const auto text = read_file(file); text) {
      return split(*text, '\n');
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

}  // namespace

imaging::Image draw_page(int number) {
  imaging::Image out(imaging::PixelFormat::Gray8, kPage);
  for (int y = 0; y < out.height(); ++y) {
    auto row = out.row(y);
    for (int x = 0; x < out.width(); ++x) {
      const int bar = x / 40;
      const bool dark = bar % 2 == 1 && bar / 2 < number * 2 && y > 100 && y < 700;
      row[static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(dark ? 40 : 180 + y / 20);
    }
  }
  return out;
}

double difference(const imaging::Image& a, const imaging::Image& b) {
  if (a.size() != b.size()) {
    return 255;
  }
  const imaging::Image left = imaging::to_gray8(a);
  const imaging::Image right = imaging::to_gray8(b);
  double sum = 0;
  for (std::size_t i = 0; i < left.bytes().size(); ++i) {
    sum += std::abs(int{left.bytes()[i]} - int{right.bytes()[i]});
  }
  return sum / static_cast<double>(left.bytes().size());
}

std::string control(const std::string& address, const std::string& line) {
  const auto parts = split(address, ':');
  REQUIRE(parts.size() == 2);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(parts[1])));
  REQUIRE(::inet_pton(AF_INET, parts[0].c_str(), &where.sin_addr) == 1);
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  const std::string sent = line + "\n";
  REQUIRE(::send(socket.get(), sent.data(), sent.size(), 0) == static_cast<ssize_t>(sent.size()));
  std::string out;
  char one = 0;
  while (::recv(socket.get(), &one, 1, 0) == 1) {
    out.push_back(one);
    const std::size_t begin = out.size() < 2 ? 0 : out.rfind('\n', out.size() - 2) + 1;
    const std::string last = out.substr(begin);
    if (last == "ok\n" || (one == '\n' && last.starts_with("error"))) {
      break;
    }
  }
  return out;
}

VcamProcess::VcamProcess(const std::vector<std::string>& more, std::vector<imaging::Image> pages) {
  // The driver keeps its choices in HOME.
  ::setenv("HOME", dir_.path().c_str(), 1);
  std::filesystem::create_directories(dir_.path() / "pages");
  std::filesystem::create_directories(spool());
  const bool drawn = pages.empty();
  for (int page = 1; page <= kPages && drawn; ++page) {
    pages.push_back(draw_page(page));
  }
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto file = dir_.path() / "pages" / ("page" + std::to_string(i) + ".png");
    REQUIRE(imaging::write_png(file, pages[i]));
  }
  const auto ready = dir_.path() / "ready";
  ProcessSpec spec;
  spec.program = std::filesystem::path(SHIQU_BIN_DIR) / "shiqu-vcam";
  spec.arguments = {"--pages",        (dir_.path() / "pages").string(),
                    "--port",         "0",
                    "--control-port", "0",
                    "--ready-file",   ready.string(),
                    "--exposure-ms",  "20"};
  spec.arguments.insert(spec.arguments.end(), more.begin(), more.end());
  spec.output = dir_.path() / "vcam.log";
  auto started = ChildProcess::start(spec);
  REQUIRE(started);
  process_.emplace(std::move(*started));
  const auto lines = wait_for_lines(ready);
  REQUIRE(lines.size() >= 2);
  address_ = lines[0];
  REQUIRE(lines[1].starts_with("control:"));
  control_ = lines[1].substr(std::string("control:").size());
}

std::string VcamProcess::control(const std::string& line) const {
  return test::control(control_, line);
}

std::unique_ptr<capture::Backend> VcamProcess::backend() const {
  capture::Gphoto2Options options;
  options.capture_limit = std::chrono::milliseconds(3000);
  options.pair_limit = std::chrono::milliseconds(1000);
  options.announced = {address_};
  return capture::make_gphoto2_backend(options);
}

Result<std::unique_ptr<capture::Device>> VcamProcess::try_open() const {
  return backend()->open(address_);
}

std::unique_ptr<capture::Device> VcamProcess::open() const {
  auto device = try_open();
  if (!device) {
    FAIL(device.error().text());
  }
  return std::move(*device);
}

}  // namespace shiqu::test

/// Address sanitizer asks for its options here. Its leak check takes what the statics of an
/// unloaded driver pointed to for lost, and libgphoto2 unloads a driver with each camera.
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0";
}
