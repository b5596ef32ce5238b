#include "storage/transfer/qr.h"

#include "storage/base/handle.h"

#include <qrencode.h>

#include <fmt/format.h>

namespace shiqu::transfer {
namespace {

inline void free_code(QRcode* code) noexcept {
  QRcode_free(code);
}
using CodeHandle = Handle<QRcode, free_code>;
constexpr int kQuiet = 4;  ///< modules that stay white around the code

}  // namespace

Result<std::string> qr_svg(std::string_view text, double width_mm) {
  const CodeHandle code(QRcode_encodeData(static_cast<int>(text.size()),
                                          reinterpret_cast<const unsigned char*>(text.data()), 0,
                                          QR_ECLEVEL_M));
  if (!code) {
    return fail(ErrorCode::InvalidInput, "make QR code", std::string(text.substr(0, 40)));
  }
  const int side = code->width + 2 * kQuiet;
  std::string path;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1) != 0) {
        path += fmt::format("M{} {}h1v1h-1z", x + kQuiet, y + kQuiet);
      }
    }
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}mm\" height=\"{0}mm\" "
      "viewBox=\"0 0 {1} {1}\" stroke=\"none\" shape-rendering=\"crispEdges\"><rect width=\"{1}\" "
      "height=\"{1}\" "
      "fill=\"#fff\"/><path fill=\"#000\" d=\"{2}\"/></svg>",
      width_mm, side, path);
}

}  // namespace shiqu::transfer
