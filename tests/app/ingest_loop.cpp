// Keeps the images of a folder over and over in one item, and says each time which page is safe.
// The test kills it at random moments. Usage: ingest_loop ARCHIVE ITEM FOLDER
#include "ui/app/application.h"

#include <cstdio>

namespace {

using namespace shiqu;

Status keep_for_ever(const char* archive, const char* identifier, const char* folder) {
  SHIQU_TRY_ASSIGN(app::Application application, app::Application::open(archive));
  SHIQU_TRY_ASSIGN(const model::Item item, application.store().item_named(identifier));
  const store::Session by = store::Session::for_program();
  std::puts("READY");
  std::fflush(stdout);
  while (true) {
    capture::DeviceClient device = application.device("folder", folder);
    while (true) {
      const auto frame = application.take(device, by, app::Application::target(item));
      if (!frame && frame.error().code == ErrorCode::NotFound) {
        break;
      }
      if (!frame) {
        return fail(frame.error());
      }
      std::printf("KEPT %s %s\n", frame->kept.page.str().c_str(), frame->kept.master.c_str());
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    return 2;
  }
  const Status ended = keep_for_ever(argv[1], argv[2], argv[3]);
  std::fprintf(stderr, "%s\n", ended.error().text().c_str());
  return 1;
}
