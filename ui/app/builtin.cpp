#include "ui/app/builtin.h"

#include "capture/folder/folder_backend.h"
#include "capture/gphoto2/gphoto2_backend.h"
#include "capture/sane/sane_backend.h"
#include "ocr/ocr_job.h"
#ifdef SHIQU_NEURAL
#include "ocr/onnx/neural_engine.h"
#endif
#include "ocr/tesseract/tesseract_engine.h"
#include "ocr/vote.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/derive/derive.h"
#include "storage/keeping/mirror_job.h"
#include "storage/keeping/scrub_job.h"
#include "storage/package/exporters/access/access.h"
#include "storage/package/exporters/catalogue/catalogue.h"
#include "storage/package/exporters/crops/crops.h"
#include "storage/package/exporters/dataset/dataset.h"
#include "storage/package/exporters/description/description.h"
#include "storage/package/exporters/iiif/iiif.h"
#include "storage/package/exporters/masters/masters.h"
#include "storage/package/exporters/mets/mets.h"
#include "storage/package/exporters/pdf/pdf.h"
#include "storage/package/exporters/provenance/provenance.h"
#include "storage/package/exporters/quality/quality.h"
#include "storage/package/exporters/records/records.h"
#include "storage/package/exporters/reports/report_files.h"
#include "storage/package/exporters/tei/tei.h"
#include "storage/package/exporters/text_files/text_files.h"
#include "storage/package/exporters/webdataset/webdataset.h"
#include "ui/app/application.h"
#include "ui/app/export_jobs.h"
#include "ui/app/trusted_models.h"

#include <algorithm>

namespace shiqu::app {
namespace {

void add(Registry<ocr::Engine>& engines, Result<std::unique_ptr<ocr::Engine>> engine) {
  if (engine) {
    engines.add(std::move(*engine));
  } else {
    log::warning("ocr", "{}", engine.error().text());
  }
}

}  // namespace

std::filesystem::path models_folder() {
  return program_folder().parent_path() / "share/shiqu/models";
}

Registry<capture::Backend> builtin_backends() {
  Registry<capture::Backend> backends;
  backends.add(capture::make_gphoto2_backend());
  backends.add(capture::make_sane_backend());
  backends.add(capture::make_folder_backend());
  return backends;
}

std::vector<std::string> backends_of(model::CaptureSource kind) {
  std::vector<std::string> names;
  for (const auto& backend : builtin_backends()) {
    if (backend->kind() == kind) {
      names.emplace_back(backend->name());
    }
  }
  return names;
}

Result<std::string> backend_for(model::CaptureSource kind, const std::string& wanted,
                                const std::string& address, const std::filesystem::path& archive) {
  const std::vector<std::string> names = backends_of(kind);
  if (!wanted.empty() || names.empty()) {
    if (std::find(names.begin(), names.end(), wanted) == names.end()) {
      return fail(ErrorCode::InvalidInput, "choose back end", wanted,
                  "none of that name for this kind of device");
    }
    return wanted;
  }
  if (names.size() > 1) {
    std::vector<Error> problems;  // a backend that cannot look does not hide the others
    for (const capture::DeviceInfo& info : list_devices(archive, problems)) {
      if (info.kind == kind && info.address == address) {
        return info.backend;
      }
    }
  }
  return names.front();
}

Registry<ocr::Engine> builtin_engines() {
  Registry<ocr::Engine> engines;
#ifdef SHIQU_NEURAL
  add(engines, ocr::make_neural_engine(models_folder()));
#endif
  add(engines, ocr::make_tesseract_engine());
  ocr::Engine* const neural = engines.find("neural");
  ocr::Engine* const tesseract = engines.find("tesseract");
  if (neural != nullptr && tesseract != nullptr) {
    engines.add(ocr::make_voting_engine(*neural, *tesseract, ocr::kTesseractOnColumns));
  }
  return engines;
}

Result<ocr::LanguageModel> general_language() {
#ifdef SHIQU_NEURAL
  return ocr::general_language(models_folder());
#else
  return fail(ErrorCode::Unsupported, "load language", {}, "built without the neural reader");
#endif
}

Registry<jobs::Handler> builtin_jobs(const package::AskPassphrase& passphrase) {
  Registry<jobs::Handler> handlers;
  handlers.add(derive::make_derive_handler());
  handlers.add(ocr::make_ocr_handler(trusted_models));
  handlers.add(keeping::make_mirror_handler());
  handlers.add(keeping::make_scrub_handler());
  handlers.add(make_package_handler(passphrase));
  handlers.add(make_deliver_handler());
  return handlers;
}

Registry<text_formats::TextFormat> builtin_text_formats() {
  Registry<text_formats::TextFormat> formats;
  formats.add(text_formats::make_plain_format());
  formats.add(text_formats::make_page_format());
  formats.add(text_formats::make_alto_format());
  formats.add(text_formats::make_hocr_format());
  return formats;
}

Registry<package::Exporter> builtin_exporters() {
  Registry<package::Exporter> exporters;
  exporters.add(package::make_masters_exporter());
  exporters.add(package::make_page_xml_exporter());
  exporters.add(package::make_plain_text_exporter());
  exporters.add(package::make_alto_exporter());
  exporters.add(package::make_hocr_exporter());
  exporters.add(package::make_access_exporter());
  exporters.add(package::make_tei_exporter());
  exporters.add(package::make_pdf_exporter());
  exporters.add(package::make_iiif_exporter());
  exporters.add(package::make_viewer_exporter());
  exporters.add(package::make_images_exporter());
  exporters.add(package::make_imagefolder_exporter());
  exporters.add(package::make_coco_exporter());
  exporters.add(package::make_yolo_exporter());
  exporters.add(package::make_columns_exporter());
  exporters.add(package::make_glyphs_exporter());
  exporters.add(package::make_webdataset_exporter());
  exporters.add(package::make_tc609_exporter());
  exporters.add(package::make_card_exporter());
  exporters.add(package::make_croissant_exporter());
  exporters.add(package::make_frictionless_exporter());
  exporters.add(package::make_dublin_core_exporter());
  exporters.add(package::make_record_exporter());
  exporters.add(package::make_events_exporter());
  exporters.add(package::make_quality_exporter());
  exporters.add(package::make_prov_exporter());
  exporters.add(package::make_glyph_provenance_exporter());
  exporters.add(package::make_lido_exporter());
  exporters.add(package::make_eep_exporter());
  exporters.add(package::make_redaction_exporter());
  exporters.add(package::make_identifiers_exporter());
  exporters.add(package::make_split_exporter());
  exporters.add(package::make_dedup_exporter());
  exporters.add(package::make_mets_exporter());
  exporters.add(package::make_ro_crate_exporter());
  return exporters;
}

}  // namespace shiqu::app
