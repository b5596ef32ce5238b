#include "storage/derive/derive.h"

#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include <system_error>

namespace shiqu::derive {
namespace {

namespace fs = std::filesystem;
constexpr int kThumbnailQuality = 85;
constexpr std::chrono::minutes kLimit{3};  // a 150 megapixel master takes seconds

fs::path derived_file(const store::Store& store, const std::string& digest, const char* ending) {
  return store.derived() / digest.substr(0, 2) / (digest.substr(2) + ending);
}

/// Writes through a name of its own, so that a cut leaves no half pyramid under the final name.
Status make_pyramid(const imaging::Image& image, const fs::path& target) {
  const fs::path fresh = target.string() + ".part";
  std::error_code ignored;
  fs::remove(fresh, ignored);
  SHIQU_TRY(imaging::write_pyramid(fresh, image));
  return move_into_place(fresh, target);
}

Status make_thumbnail(const imaging::Image& image, const fs::path& target) {
  const imaging::Image small = imaging::fit(imaging::to_rgb8(image), kThumbnailPx);
  SHIQU_TRY_ASSIGN(const auto bytes, imaging::encode_jpeg(small, kThumbnailQuality));
  return replace_file(target, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

class DeriveHandler final : public jobs::Handler {
 public:
  [[nodiscard]] std::string_view name() const override { return "derive"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "decode"; }

  Status run(jobs::JobContext& context) const override {
    const auto digest = get_or<std::string>(context.job.spec, "master", "");
    SHIQU_TRY(context.store.object(digest));
    const fs::path pyramid = pyramid_path(context.store, digest);
    SHIQU_TRY(make_folders(pyramid.parent_path()));
    WorkerCall call;
    call.request = {{"op", "derive"},
                    {"master", context.store.object_path(digest).string()},
                    {"pyramid", pyramid.string()},
                    {"thumbnail", thumbnail_path(context.store, digest).string()}};
    call.limit = kLimit;
    call.stop = context.stop;
    SHIQU_TRY(context.worker.call(call));
    context.progress(1, 1);
    return {};
  }
};

}  // namespace

fs::path pyramid_path(const store::Store& store, const std::string& master_digest) {
  return derived_file(store, master_digest, ".pyramid.tif");
}

fs::path thumbnail_path(const store::Store& store, const std::string& master_digest) {
  return derived_file(store, master_digest, ".thumb.jpg");
}

store::JobRecord derive_job(const PageId& page, const std::string& master_digest) {
  store::JobRecord job;
  job.kind = "derive";
  job.subject = page.str();
  job.spec = {{"master", master_digest}};
  job.priority = 10;  // people wait for it to look at the page
  return job;
}

std::unique_ptr<jobs::Handler> make_derive_handler() { return std::make_unique<DeriveHandler>(); }

Result<Json> answer_derive(const Json& request, const std::function<void(const Json&)>& progress) {
  const fs::path master = get_or<std::string>(request, "master", "");
  const fs::path pyramid = get_or<std::string>(request, "pyramid", "");
  const fs::path thumbnail = get_or<std::string>(request, "thumbnail", "");
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage decoded, imaging::read_tiff(master));
  progress({{"stage", "decoded"}});
  if (!fs::exists(thumbnail)) {
    SHIQU_TRY(make_thumbnail(decoded.image, thumbnail));
  }
  if (!fs::exists(pyramid)) {
    SHIQU_TRY(make_pyramid(decoded.image, pyramid));
  }
  return Json{{"width_px", decoded.image.width()}, {"height_px", decoded.image.height()}};
}

}  // namespace shiqu::derive
