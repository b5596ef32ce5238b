#include "storage/imaging/internal/tiff_handle.h"

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

namespace shiqu::imaging {
namespace {

using OptionsHandle = Handle<TIFFOpenOptions, TIFFOpenOptionsFree>;

int keep_error(TIFF* /*tiff*/, void* user, const char* /*module*/, const char* format,
               va_list arguments) {
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  static_cast<TiffMessages*>(user)->text = text.data();
  return 1;  // handled: nothing goes to standard error
}

int ignore_warning(TIFF* /*tiff*/, void* /*user*/, const char* /*module*/, const char* /*format*/,
                   va_list /*arguments*/) {
  return 1;
}

}  // namespace

Result<TiffHandle> open_tiff(const std::filesystem::path& file, const char* mode,
                             TiffMessages& messages) {
  const OptionsHandle options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &messages);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
  errno = 0;
  TiffHandle tiff(TIFFOpenExt(file.c_str(), mode, options.get()));
  if (!tiff) {
    return errno != 0 ? fail_errno(errno, "open TIFF", file.string())
                      : fail(ErrorCode::Corrupt, "open TIFF", file.string(), messages.text);
  }
  return tiff;
}

}  // namespace shiqu::imaging
