#include "capture/vcam/virtual_camera.h"

#include "capture/vcam/internal/camera.h"
#include "capture/vcam/internal/codes.h"
#include "capture/vcam/internal/control.h"
#include "capture/vcam/internal/responder.h"
#include "capture/vcam/internal/transport.h"
#include "storage/base/random.h"
#include "storage/base/threads.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <list>
#include <optional>
#include <thread>

namespace shiqu::vcam {
namespace {

constexpr std::uint32_t kReasonRejected = 1;
constexpr std::uint32_t kReasonBusy = 2;
constexpr std::chrono::milliseconds kEventPoll{100};

/// One accepted connection and the thread that serves it.
struct Served {
  Connection connection;
  std::atomic<bool> done{false};
  std::jthread thread;

  explicit Served(FileDescriptor socket) : connection(std::move(socket)) {}
};

/// Accepts connections and serves each on its own thread until destroyed.
class Service {
 public:
  using Serve = std::function<void(Connection&, const std::stop_token&)>;

  Service(Listener listener, Serve serve)
      : listener_(std::move(listener)), serve_(std::move(serve)) {}

  ~Service() {
    stopping_ = true;
    listener_.shut_down();
    if (accepting_.joinable()) {
      accepting_.join();
    }
    shut_down_connections();
    std::list<Served> ending;
    {
      const Lock lock(mutex_);
      ending.swap(served_);
    }
    // Joined here, without the lock: a thread may be about to call shut_down_connections().
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Not in the constructor: what serves a connection may refer to the finished object.
  void begin() {
    accepting_ = std::jthread([this] { run(); });
  }

  void shut_down_connections() {
    const Lock lock(mutex_);
    for (Served& one : served_) {
      one.thread.request_stop();
      one.connection.shut_down();
    }
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }

 private:
  void run() {
    while (!stopping_) {
      auto socket = listener_.accept();
      if (!socket) {
        return;
      }
      const Lock lock(mutex_);
      served_.remove_if([](const Served& one) { return one.done.load(); });
      Served& one = served_.emplace_back(std::move(*socket));
      one.thread = std::jthread([this, &one](const std::stop_token& stop) {
        serve_(one.connection, stop);
        one.connection.shut_down();
        one.done = true;
      });
    }
  }

  Listener listener_;
  Serve serve_;
  std::atomic<bool> stopping_{false};
  Mutex mutex_;
  std::list<Served> served_ SHIQU_GUARDED_BY(mutex_);
  std::jthread accepting_;  // last member: it uses the others
};

}  // namespace

struct VirtualCamera::State {
  VirtualCameraOptions options;
  std::unique_ptr<Camera> camera;
  std::atomic<std::uint32_t> host{0};  ///< number of the command connection; 0: no host
  std::atomic<std::uint32_t> next_host{1};
  std::optional<Service> control;
  std::optional<Service> ptp;

  ControlHooks hooks(std::function<void()> quit) {
    return {[this] { ptp->shut_down_connections(); }, std::move(quit)};
  }
  void quit() {
    if (options.on_quit) {
      options.on_quit();
    }
  }

  void serve_ptp(Connection& connection, const std::stop_token& stop);
  void serve_commands(Connection& connection);
  void serve_events(Connection& connection, const std::stop_token& stop);
  void serve_control(Connection& connection);
};

void VirtualCamera::State::serve_ptp(Connection& connection, const std::stop_token& stop) {
  const auto first = read_packet(connection);
  if (!first) {
    return;
  }
  if (first->type == packet::kInitEventRequest) {
    serve_events(connection, stop);
  } else if (first->type == packet::kInitCommandRequest) {
    serve_commands(connection);
  }
}

void VirtualCamera::State::serve_commands(Connection& connection) {
  const std::uint32_t number = next_host++;
  std::uint32_t nobody = 0;
  const bool refused = camera->faults().on(Fault::InitFail);
  if (refused || !host.compare_exchange_strong(nobody, number)) {
    Writer out;
    out.u32(refused ? kReasonRejected : kReasonBusy);
    // Nothing can be done for a host that does not even take the refusal.
    [[maybe_unused]] const Status sent = write_packet(connection, packet::kInitFail, out.take());
    return;
  }
  constexpr std::uint32_t kProtocolVersion = 0x00010000;
  std::array<std::uint8_t, 16> guid{};
  fill_random(guid);
  Writer out;
  out.u32(number).bytes(guid).wide(options.model).u32(kProtocolVersion);
  if (write_packet(connection, packet::kInitCommandAck, out.take())) {
    Responder(*camera, [this] { ptp->shut_down_connections(); }).serve(connection);
  }
  host = 0;
}

void VirtualCamera::State::serve_events(Connection& connection, const std::stop_token& stop) {
  const std::uint32_t number = host;
  if (number == 0 || !write_packet(connection, packet::kInitEventAck, {})) {
    return;
  }
  // Nikon hosts fetch events by an operation; told twice they would find each picture twice.
  const bool tells = options.persona == Persona::Generic;
  while (!stop.stop_requested() && host == number) {
    if (!tells) {
      std::this_thread::sleep_for(kEventPoll);
      continue;
    }
    for (const Event& one : camera->wait_events(kEventPoll)) {
      Writer out;
      out.u16(one.code).u32(0).u32(one.parameter);
      if (!write_packet(connection, packet::kEvent, out.take())) {
        return;
      }
    }
  }
}

void VirtualCamera::State::serve_control(Connection& connection) {
  while (true) {
    const auto line = connection.read_line();
    if (!line) {
      return;
    }
    bool quitting = false;  // the answer goes out first: the end cuts this connection
    const std::string answer =
        run_control_line(*camera, hooks([&] { quitting = true; }), *line) + "\n";
    const Status sent = connection.write(Bytes(answer.begin(), answer.end()));
    if (quitting) {
      quit();
    }
    if (!sent) {
      return;
    }
  }
}

VirtualCamera::VirtualCamera(std::unique_ptr<State> state) : state_(std::move(state)) {}

VirtualCamera::~VirtualCamera() {
  state_->control.reset();  // its lines use the other service
  state_->ptp->shut_down_connections();
}

Result<std::unique_ptr<VirtualCamera>> VirtualCamera::start(const VirtualCameraOptions& options) {
  auto state = std::make_unique<State>();
  State* borrowed = state.get();
  state->options = options;
  SHIQU_TRY_ASSIGN(auto pages, PageFolder::open(options.pages, options.dpi));
  SHIQU_TRY(pages->current());
  state->camera = std::make_unique<Camera>(options, std::move(pages));
  SHIQU_TRY(state->camera->faults().set(options.faults));
  SHIQU_TRY_ASSIGN(Listener listener, Listener::open(options.address, options.port));
  state->ptp.emplace(std::move(listener),
                     [borrowed](Connection& connection, const std::stop_token& stop) {
                       borrowed->serve_ptp(connection, stop);
                     });
  if (options.with_control) {
    SHIQU_TRY_ASSIGN(Listener control, Listener::open(options.address, options.control_port));
    state->control.emplace(std::move(control),
                           [borrowed](Connection& connection, const std::stop_token&) {
                             borrowed->serve_control(connection);
                           });
    state->control->begin();
  }
  state->ptp->begin();
  return std::unique_ptr<VirtualCamera>(new VirtualCamera(std::move(state)));
}

std::string VirtualCamera::host_address() const {
  // Both ports: a host that is told only the first looks for events at 15740.
  return fmt::format("ptpip:{0}:{1}:{1}", state_->options.address, state_->ptp->port());
}

std::string VirtualCamera::control_address() const {
  return state_->control ? fmt::format("{}:{}", state_->options.address, state_->control->port())
                         : std::string();
}

std::string VirtualCamera::control(const std::string& line) {
  return run_control_line(*state_->camera, state_->hooks([this] { state_->quit(); }), line);
}

}  // namespace shiqu::vcam
