#include "ui/app/builtin.h"

#include "capture/folder/folder_backend.h"
#include "capture/gphoto2/gphoto2_backend.h"
#include "capture/sane/sane_backend.h"
#include "ocr/ocr_job.h"
#include "ocr/tesseract/tesseract_engine.h"
#include "storage/base/log.h"
#include "storage/derive/derive.h"

namespace shiqu::app {

Registry<capture::Backend> builtin_backends() {
  Registry<capture::Backend> backends;
  backends.add(capture::make_gphoto2_backend());
  backends.add(capture::make_sane_backend());
  backends.add(capture::make_folder_backend());
  return backends;
}

Registry<ocr::Engine> builtin_engines() {
  Registry<ocr::Engine> engines;
  if (auto tesseract = ocr::make_tesseract_engine()) {
    engines.add(std::move(*tesseract));
  } else {
    log::warning("ocr", "{}", tesseract.error().text());
  }
  return engines;
}

Registry<jobs::Handler> builtin_jobs() {
  Registry<jobs::Handler> handlers;
  handlers.add(derive::make_derive_handler());
  handlers.add(ocr::make_ocr_handler());
  return handlers;
}

}  // namespace shiqu::app
