#include "capture/vcam/virtual_camera.h"
#include "storage/base/file.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <string>

namespace {

using shiqu::vcam::VirtualCamera;
using shiqu::vcam::VirtualCameraOptions;

constexpr const char* kFooter =
    R"(Open the camera with  ptpip:ADDRESS:PORT:PORT  in Shiqu, or try
  gphoto2 --port ptpip:127.0.0.1 --capture-image-and-download

Lines of the control port, each answered by "ok" or "error REASON":
  shutter            press the camera's own button
  faults NAMES       replace the faults, "faults none" ends them
  unplug             shut the host's connections
  prop CODE VALUE    turn a dial: PTP code in hexadecimal, value in decimal
  card               list the card: name, size, SHA-256
  quit               end the program

With a compression setting of 5 or more each shot gives a pair: the JPEG and a
.NEF file. That file is not a Nikon raw picture: it is a container of this
program (16 bytes "SHIQU-VCAM-RAW1\n", u32 width, u32 height, u64 length, then
the picture as JPEG; little-endian) that lets the handling of pairs be tested.)";

struct Arguments {
  VirtualCameraOptions camera;
  std::string persona = "nikon";
  std::string ready_file;
};

void add_options(CLI::App& app, Arguments& to) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--pages", to.camera.pages, "Folder of JPEG, PNG, TIFF files to photograph")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--address", to.camera.address, "IPv4 address to listen on")
      ->capture_default_str();
  app.add_option("--port", to.camera.port, "TCP port for commands and events; 0: a free one")
      ->capture_default_str();
  app.add_option("--persona", to.persona, "nikon: live view, focus drive; generic: plain PTP")
      ->check(CLI::IsMember({"nikon", "generic"}))
      ->capture_default_str();
  app.add_option("--model", to.camera.model, "Model name")->capture_default_str();
  app.add_option("--serial", to.camera.serial, "Serial number")->capture_default_str();
  app.add_option("--exposure-ms", to.camera.exposure_ms, "Time the shutter is open")
      ->check(CLI::Range(0, 600'000))
      ->capture_default_str();
  app.add_option("--bytes-per-second", to.camera.bytes_per_second,
                 "Limit of picture transfers; 0: none")
      ->capture_default_str();
  app.add_option("--dpi", to.camera.dpi, "Resolution of pages that do not tell their own")
      ->check(CLI::Range(1.0, 10'000.0))
      ->capture_default_str();
  app.add_option("--faults", to.camera.faults, "Comma-separated: " + shiqu::vcam::fault_names());
  app.add_option("--control-port", to.camera.control_port,
                 "Also listen for control lines on this port; 0: a free one");
  app.add_option("--ready-file", to.ready_file,
                 "Write the addresses to this file once the camera listens");
  app.footer(kFooter);
}

int complain(const shiqu::Error& error) {
  fmt::print(stderr, "shiqu-vcam: {}\n", error.text());
  return 1;
}

/// Blocks the signals that end the program before any thread starts, so that only main takes them.
sigset_t block_endings() {
  sigset_t endings;
  ::sigemptyset(&endings);
  ::sigaddset(&endings, SIGTERM);
  ::sigaddset(&endings, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  return endings;
}

int run(const Arguments& arguments) {
  const sigset_t endings = block_endings();
  const auto camera = VirtualCamera::start(arguments.camera);
  if (!camera) {
    return complain(camera.error());
  }
  std::string addresses = (*camera)->host_address() + "\n";
  if (arguments.camera.with_control) {
    addresses += "control:" + (*camera)->control_address() + "\n";
  }
  fmt::print("{}", addresses);
  std::fflush(stdout);
  if (!arguments.ready_file.empty()) {
    if (const auto written = shiqu::replace_file(arguments.ready_file, addresses); !written) {
      return complain(written.error());
    }
  }
  int signal = 0;
  ::sigwait(&endings, &signal);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Virtual camera: photographs the pages of a folder over PTP/IP.", "shiqu-vcam");
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  arguments.camera.persona =
      arguments.persona == "generic" ? shiqu::vcam::Persona::Generic : shiqu::vcam::Persona::Nikon;
  arguments.camera.with_control = app.count("--control-port") > 0;
  arguments.camera.on_quit = [] { ::kill(::getpid(), SIGTERM); };
  return run(arguments);
}
